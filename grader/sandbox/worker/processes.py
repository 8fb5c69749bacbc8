"""Processes and pools of them: the program's own process does their work instead."""

from __future__ import annotations

import concurrent.futures
import os
import queue
import threading
import traceback
from typing import TYPE_CHECKING, Any, Final, Self

from grader.sandbox.worker import lacks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.sandbox.worker.replacing import Replacements


class ProcessHere:
    """What `multiprocessing.Process` is: to start it is to do its work."""

    def __init__(
        self,
        group: None = None,  # noqa: ARG002 - as Process's
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: dict[str, Any] | None = None,
        *,
        daemon: bool | None = None,
    ) -> None:
        self._work = target, tuple(args), kwargs or {}
        self.name = name or "Process"
        self.daemon = bool(daemon)
        self.pid = self.ident = os.getpid()
        self.exitcode: int | None = None

    def run(self) -> None:
        """Do the work, which a class of the program's own may have written anew."""
        target, args, kwargs = self._work
        if target is not None:
            target(*args, **kwargs)

    def start(self) -> None:
        """Do the work at once; what it raises is printed, as by a process."""
        lacks.met("process", "Process")
        try:
            self.run()
        except (Exception, SystemExit):  # noqa: BLE001 - it would end its process only
            traceback.print_exc()
            self.exitcode = 1
        else:
            self.exitcode = 0

    def is_alive(self) -> bool:
        """Return that the work is done."""
        return False

    def join(self, _timeout: float | None = None) -> None:
        """Do nothing: the work is done."""

    terminate = kill = close = join


class QueueHere(queue.Queue[Any]):
    """What `multiprocessing.Queue` is; nobody else will put anything in."""

    def __init__(self, maxsize: int = 0, **_: object) -> None:
        super().__init__(maxsize)

    def get(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - whatever was put
        """Return the next item, or raise `queue.Empty` at once."""
        return super().get(block=False)

    def close(self) -> None:
        """Do nothing: there is no pipe."""

    join_thread = cancel_join_thread = close


class PoolHere:
    """What `multiprocessing.Pool` is: it does one thing after the other, here."""

    def __init__(
        self,
        processes: int | None = None,  # noqa: ARG002 - as Pool's
        initializer: Callable[..., object] | None = None,
        initargs: Iterable[object] = (),
        *_: object,
        **__: object,
    ) -> None:
        lacks.met("process", "Pool")
        if initializer is not None:
            initializer(*initargs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing runs."""

    def apply(
        self,
        func: Callable[..., Any],
        args: Iterable[Any] = (),
        kwds: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever it gives
        """Return what a function gives."""
        return func(*args, **(kwds or {}))

    def map(
        self, func: Callable[..., Any], iterable: Iterable[Any], *_: object
    ) -> list[Any]:
        """Return what a function gives for each item."""
        return [func(item) for item in iterable]

    def starmap(
        self, func: Callable[..., Any], iterable: Iterable[Any], *_: object
    ) -> list[Any]:
        """Return what a function gives for each list of arguments."""
        return [func(*items) for items in iterable]

    def imap(
        self, func: Callable[..., Any], iterable: Iterable[Any], *_: object
    ) -> Iterator[Any]:
        """Yield what a function gives for each item."""
        return iter(self.map(func, iterable))

    imap_unordered = imap

    def apply_async(self, *args: Any, **kwargs: Any) -> _Ready:  # noqa: ANN401 - as `apply`
        """Return what a function gives, to be asked for."""
        return _Ready(self.apply, args, kwargs)

    def map_async(self, *args: Any, **kwargs: Any) -> _Ready:  # noqa: ANN401 - as `map`
        """Return what a function gives for each item, to be asked for."""
        return _Ready(self.map, args, kwargs)

    def starmap_async(self, *args: Any, **kwargs: Any) -> _Ready:  # noqa: ANN401 - as `starmap`
        """Return what a function gives for each list, to be asked for."""
        return _Ready(self.starmap, args, kwargs)

    def close(self) -> None:
        """Do nothing: nothing runs."""

    terminate = join = close


class _Ready:
    """A result that is asked for later; what the function raises is raised at once."""

    def __init__(
        self, own: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        callback = kwargs.pop("callback", None)
        kwargs.pop("error_callback", None)
        self._value = own(*args, **kwargs)
        if callback is not None:
            callback(self._value)

    def get(self, _timeout: float | None = None) -> Any:  # noqa: ANN401 - whatever it gives
        """Return the result."""
        return self._value

    def wait(self, _timeout: float | None = None) -> None:
        """Do nothing: it is there."""

    def ready(self) -> bool:
        """Return that it is there."""
        return True

    successful = ready


class ExecutorHere(concurrent.futures.ThreadPoolExecutor):
    """What `ProcessPoolExecutor` is: threads of this process."""

    def __init__(
        self, max_workers: int | None = None, *_: object, **__: object
    ) -> None:
        lacks.met("process", "ProcessPoolExecutor")
        super().__init__(max_workers)


_ALONE: Final[dict[str, Callable[..., Any]]] = {
    **dict.fromkeys(("Queue", "SimpleQueue", "JoinableQueue"), QueueHere),
    "Lock": threading.Lock,
    "RLock": threading.RLock,
    "Event": threading.Event,
    "Semaphore": threading.Semaphore,
    "Condition": threading.Condition,
    "Pool": PoolHere,
}
"""What processes share, for one that is alone."""


def keep_here(replaced: Replacements, multiprocessing: Any) -> None:  # noqa: ANN401 - a module
    """Let nothing start a process."""
    context = multiprocessing.context
    replaced.put(multiprocessing, Process=ProcessHere, **_ALONE)
    replaced.put(context.BaseContext, **{n: _of(own) for n, own in _ALONE.items()})
    for name in ("ForkContext", "SpawnContext", "ForkServerContext"):
        if hasattr(context, name):
            replaced.put(getattr(context, name), Process=ProcessHere)
    replaced.put(concurrent.futures, ProcessPoolExecutor=ExecutorHere)


def _of(own: Callable[..., Any]) -> Callable[..., Any]:
    """Return what makes a thing as the method of a context."""

    def made(_context: object, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as its own
        return own(*args, **kwargs)

    return made
