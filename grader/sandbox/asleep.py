"""Modules of torch that wait, and are loaded when more is asked than they can say.

torch imports its compiler and sympy, one to three seconds of computing and 80 MB, where
nothing is compiled: to tell the compiler that a step of an optimizer is none of its
business, to compare two shapes in `backward(gradient)`, to set a switch in
`use_deterministic_algorithms`. It would be the student's time, once in each worker.
Who is not torch and asks for one of them gets the module itself.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
_COMPILER: Final = "torch._dynamo"
_BACKEND: Final = "torch._inductor"
_SHAPES: Final = "torch.fx.experimental.symbolic_shapes"
_SPREAD: Final = "torch.distributed.tensor"


class _Asleep(NamedTuple):
    """What a module says while it waits, to which modules of torch.

    Args:
        answers: what is bound to its names for these askers.
        light: its own modules that are loaded without waking it.
        askers: how the names of those begin who are answered.
    """

    answers: Mapping[str, object] = {}
    light: frozenset[str] = frozenset()
    askers: str = "torch."


def let_wait() -> None:
    """Let what torch loads without need wait until it is needed."""
    waiting = {}
    for name, asleep in _ASLEEP.items():
        if name not in sys.modules and (spec := importlib.util.find_spec(name)):
            waiting[name] = _Waiting(spec, asleep)
    for name, module in waiting.items():
        parent, _, last = name.rpartition(".")
        sys.modules[name] = module
        vars(importlib.import_module(parent))[last] = module
    if waiting:
        sys.meta_path.insert(0, _Waker())


class _Waiting(ModuleType):
    """A module that is loaded when it is needed for more than it can say."""

    def __init__(self, spec: ModuleSpec, asleep: _Asleep) -> None:
        super().__init__(spec.name)
        vars(self).update(vars(importlib.util.module_from_spec(spec)))
        vars(self)["_asleep"] = asleep

    def wake(self) -> None:
        """Become the module itself."""
        spec = self.__spec__
        self.__class__ = ModuleType  # type: ignore[assignment] # it is one from now on
        del vars(self)["_asleep"]
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module(self)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        asleep: _Asleep = vars(self)["_asleep"]
        if name in asleep.answers and _asker().startswith(asleep.askers):
            return asleep.answers[name]
        if name in asleep.light:
            return importlib.import_module(f"{self.__name__}.{name}")
        self.wake()
        return getattr(self, name)


def _asker() -> str:
    """Return the name of the module that asks for something of a module."""
    frame = inspect.currentframe()
    # An import asks by way of importlib.
    while frame is not None:
        name: str = frame.f_globals.get("__name__", "")
        if name != __name__ and name.partition(".")[0] != "importlib":
            return name
        frame = frame.f_back
    return ""


class _Waker(MetaPathFinder):
    """Wakes a package before one of its modules is imported for itself."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return the module as waking has loaded it, or leave it to the others."""
        for name, asleep in _ASLEEP.items():
            package = sys.modules.get(name)
            if not (
                isinstance(package, _Waiting)  # else it is awake, or waking
                and fullname.startswith(f"{name}.")
                and fullname.removeprefix(f"{name}.") not in asleep.light
            ):
                continue
            package.wake()
            loaded = sys.modules.get(fullname)
            return None if loaded is None else ModuleSpec(fullname, _Loaded(loaded))
        return None


class _Loaded(Loader):
    """Gives a module that is loaded already."""

    def __init__(self, module: ModuleType) -> None:
        self._module, self._spec = module, module.__spec__

    def create_module(self, _: ModuleSpec) -> ModuleType:
        """Return the module."""
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own description back."""
        module.__spec__ = self._spec


class _Part:
    """A module of the compiler that can be told not to work: it does not yet."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _disable(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(importlib.import_module(self._name), name)


class _Spread:
    """What no tensor is, as long as none is spread over several machines."""


def _nothing(*_: object, **__: object) -> None:
    """Do nothing: there is no graph to break."""


def _unchanged(function: T, *_: object, **__: object) -> T:
    """Return the function: nothing compiles it."""
    return function


def _equal(left: object, right: object) -> object:
    """Return whether two shapes are equal; what is symbolic is told to torch's own."""
    if _is_plain(left) and _is_plain(right):
        return left == right
    return _awake(_SHAPES, "sym_eq")(left, right)


def _is_plain(shape: object) -> bool:
    entries = shape if isinstance(shape, tuple) else (shape,)
    return all(type(entry) is int for entry in entries)


def _certain(value: object, skip: int = 0) -> object:
    """Return a bool as it is; what is symbolic is told to torch's own."""
    if type(value) is bool:
        return value
    return _awake(_SHAPES, "expect_true")(value, skip + 1)


def _awake(name: str, function: str) -> Callable[..., object]:
    module = sys.modules[name]
    if isinstance(module, _Waiting):
        module.wake()
    found: Callable[..., object] = getattr(module, function)
    return found


_ASLEEP: Final = {
    _COMPILER: _Asleep(
        {
            "graph_break": _nothing,
            "disable": _unchanged,
            "compiled_autograd": _Part(f"{_COMPILER}.compiled_autograd"),
        },
        frozenset({"config"}),
    ),
    _BACKEND: _Asleep(light=frozenset({"config", "custom_graph_pass"})),
    _SHAPES: _Asleep({"sym_eq": _equal, "expect_true": _certain}),
    # `assert_close` asks whether a tensor is spread over several machines.
    _SPREAD: _Asleep({"DTensor": _Spread}, askers="torch.testing."),
}
