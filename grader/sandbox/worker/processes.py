"""Pools of processes, whose work is done by the program's own process instead."""

from __future__ import annotations

import concurrent.futures
from typing import TYPE_CHECKING, Any, Self

from grader.sandbox.worker import lacks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.sandbox.worker.replacing import Replacements


class PoolHere:
    """What `multiprocessing.Pool` is: it does one thing after the other, here."""

    def __init__(
        self,
        processes: int | None = None,
        initializer: Callable[..., object] | None = None,
        initargs: Iterable[object] = (),
        *_: object,
        **__: object,
    ) -> None:
        lacks.met("workers", f"Pool({processes})" if processes else "Pool")
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
        lacks.met("workers", "ProcessPoolExecutor")
        super().__init__(max_workers)


def keep_here(replaced: Replacements, multiprocessing: Any) -> None:  # noqa: ANN401 - a module
    """Let nothing start a pool of processes."""

    def pool(_context: object, *args: Any, **kwargs: Any) -> PoolHere:  # noqa: ANN401 - as `Pool`
        return PoolHere(*args, **kwargs)

    replaced.put(multiprocessing, Pool=PoolHere)
    replaced.put(multiprocessing.context.BaseContext, Pool=pool)
    replaced.put(concurrent.futures, ProcessPoolExecutor=ExecutorHere)
