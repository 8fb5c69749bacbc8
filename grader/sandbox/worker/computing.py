"""What torch does for a program that counts on more machine than there is.

It does the next best thing: no compiler, no further processes, no GPU, and files in
the scratch space. Each is noted as a lack; nothing that is computed changes.
"""

from __future__ import annotations

import functools
import os
import re
import time
from typing import TYPE_CHECKING, Any, Final, Self

from grader.sandbox.worker import lacks
from grader.sandbox.worker.processes import keep_here
from grader.sandbox.worker.replacing import Replacements
from grader.sandbox.worker.watching import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable

_DEVICES: Final = re.compile("cuda|mps|xpu")
_NAMES: Final = (b"cuda", b"mps", b"xpu")
_NO_GPU: Final = (
    "there is no GPU where this is graded: use torch.device('cuda' if "
    "torch.cuda.is_available() else 'cpu')"
)
_MAKERS: Final = (
    *("tensor", "as_tensor", "zeros", "ones", "empty", "full", "rand", "randn"),
    *("randint", "randperm", "arange", "linspace", "logspace", "eye", "zeros_like"),
    *("ones_like", "full_like", "rand_like", "randn_like", "empty_like"),
)
# What a program tells a GPU to do, and the processor need not.
_STEERS: Final = (
    *("synchronize", "empty_cache", "set_device", "init", "reset_max_memory_allocated"),
    *("reset_peak_memory_stats", "set_per_process_memory_fraction", "ipc_collect"),
)
_LINES: Final = ("stream", "current_stream", "default_stream")
_MARKS: Final = ("range_push", "range_pop", "mark")
_SIZE_OF_LOADER: Final = 6
_MS: Final = 1000.0


class Machine:
    """What torch finds instead of a larger machine."""

    def __init__(self) -> None:
        self._replaced = Replacements()

    def install(self) -> None:
        """Change torch as soon as it is there."""
        self._replaced.undone_by(when_imported("torch", self._adapt))
        keep = functools.partial(keep_here, self._replaced)
        self._replaced.undone_by(when_imported("multiprocessing", keep))

    def uninstall(self) -> None:
        """Leave torch as it was."""
        self._replaced.undo()

    def run_devices_here(self, source: bytes) -> None:
        """Let the processor compute what a program sends to a GPU, if it names one.

        Of other programs every call would take a little longer, for nothing.
        """
        if any(name in source for name in _NAMES):
            self._replaced.undone_by(when_imported("torch", self._adapt_devices))

    def _adapt(self, torch: Any) -> None:  # noqa: ANN401 - a module
        put, loader = self._replaced.put, torch.utils.data.DataLoader
        put(torch, compile=_not_compiled)
        for owner in (torch, torch.jit):
            put(owner, save=_into_scratch(owner.save), load=_from_scratch(owner.load))
        put(torch.jit._script.RecursiveScriptModule, save=torch.jit.save)  # noqa: SLF001 - it has no other name
        # There is one device; to set it makes torch call its own functions twice.
        put(torch, set_default_device=_set_device)
        put(torch.nn.Module, compile=lambda _self, *_, **__: _met_compiler())
        # All of CUDA begins there.
        put(torch.cuda, _lazy_init=_no_gpu)
        put(loader, __init__=_without_processes(loader.__init__))

    def _adapt_devices(self, torch: Any) -> None:  # noqa: ANN401 - a module
        put, here = self._replaced.put, functools.partial(_on_processor, torch)
        for owner in (torch.Tensor, torch.nn.Module):
            put(owner, to=here(owner.to), cuda=_itself)
        put(torch.Tensor, pin_memory=_itself)
        names = (*_MAKERS, "load")
        put(torch, **{name: here(getattr(torch, name)) for name in names})
        # torch's compiler has a rule for each of these, and none may have two.
        put(torch.cuda, **{name: _which(_nothing) for name in _STEERS})
        put(torch.cuda, **{name: _which(_Line) for name in _LINES})
        put(torch.cuda, Event=_Moment, Stream=_Line)
        put(torch.cuda, current_device=lambda: 0, get_device_name=lambda *_: "cpu")
        put(torch.cuda, mem_get_info=lambda *_: (0, 0))
        put(torch.cuda.nvtx, **{name: _which(_nothing) for name in _MARKS})


def _not_compiled(model: Any = None, **_: object) -> Any:  # noqa: ANN401 - as torch's
    """Return what was to be compiled; as a decorator with options, what does that."""
    _met_compiler()
    return _not_compiled if model is None else model


def _met_compiler() -> None:
    lacks.met("compiler", "torch.compile")


def _set_device(device: object) -> None:
    """Leave the processor what everything is made on."""
    if _DEVICES.search(str(device)):
        lacks.met("gpu", "cuda")


def _no_gpu() -> None:
    """Say in plain words that there is no GPU."""
    lacks.met("gpu", "cuda")
    raise RuntimeError(_NO_GPU)


class _Line:
    """What a stream of a GPU is here: everything comes in its order anyway."""

    def __init__(self, *_: object, **__: object) -> None:
        lacks.met("gpu", "cuda")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing was begun."""

    def synchronize(self) -> None:
        """Do nothing: all is done already."""

    wait_stream = wait_event = wait = lambda _self, *_: None

    def query(self) -> bool:
        """Return that all is done."""
        return True

    def record_event(self, event: _Moment | None = None) -> _Moment:
        """Return this moment."""
        event = event or _Moment()
        event.record()
        return event


class _Moment(_Line):
    """What an event of a GPU is here: a time."""

    _at = 0.0

    def record(self, *_: object) -> None:
        """Take the time."""
        self._at = time.perf_counter()

    def elapsed_time(self, end: _Moment) -> float:
        """Return the milliseconds to a later moment."""
        return (end._at - self._at) * _MS


def _nothing(*_args: object, **_kwargs: object) -> None:
    """Do nothing."""


def _which(does: Callable[..., Any]) -> Callable[..., Any]:
    """Return a new function that does something."""
    return functools.partial(does)


def _itself(value: Any, *_: object, **__: object) -> Any:  # noqa: ANN401 - as torch's
    """Return what was to go to a GPU."""
    lacks.met("gpu", "cuda")
    return value


def _on_processor(torch: Any, own: Callable[..., Any]) -> Callable[..., Any]:  # noqa: ANN401 - a module
    """Return a function of torch for which each device is the processor."""

    def here(value: Any) -> Any:  # noqa: ANN401 - any argument
        name = value.type if isinstance(value, torch.device) else value
        if type(name) is str and _DEVICES.match(name):
            lacks.met("gpu", name)
            return torch.device("cpu")
        return value

    @functools.wraps(own)
    def on_processor(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as torch's
        for key in ("device", "map_location"):
            if key in kwargs:
                kwargs[key] = here(kwargs[key])
        return own(*map(here, args), **kwargs)

    return on_processor


def _without_processes(own: Callable[..., None]) -> Callable[..., None]:
    """Return the constructor of a loader that starts no processes."""

    @functools.wraps(own)
    def without(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as torch's
        head, tail = args[:_SIZE_OF_LOADER], args[_SIZE_OF_LOADER:]
        count = kwargs.pop("num_workers", 0)
        if len(head) == _SIZE_OF_LOADER:
            count, head = head[-1], (*head[:-1], 0)
        if count:
            lacks.met("workers", f"num_workers={count}")
        for option in ("persistent_workers", "prefetch_factor", "pin_memory"):
            kwargs.pop(option, None)
        own(self, *head, *tail, **kwargs)

    return without


def _into_scratch(own: Callable[..., None]) -> Callable[..., None]:
    """Return a function that saves to paths as Python opens them."""

    @functools.wraps(own)
    def save(obj: object, f: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as torch's
        if not isinstance(f, str | os.PathLike):
            own(obj, f, *args, **kwargs)
            return
        with open(f, "wb") as file:  # noqa: PTH123 - the program's own path
            own(obj, file, *args, **kwargs)

    return save


def _from_scratch(own: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that loads from paths as Python opens them."""

    @functools.wraps(own)
    def load(f: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as torch's
        if not isinstance(f, str | os.PathLike):
            return own(f, *args, **kwargs)
        kwargs.pop("mmap", None)  # it needs a file of the system's
        with open(f, "rb") as file:  # noqa: PTH123 - the program's own path
            return own(file, *args, **kwargs)

    return load
