"""Functions and iterators of the check, in the worker: each use goes back to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from grader.sandbox import mirrors

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox import wire

    # Asks the check: number, positional arguments, and those with a name.
    Ask = Callable[[int, tuple[Any, ...], dict[str, Any]], Any]


class Function:
    """A function of the check's."""

    def __init__(self, number: int, ask: Ask) -> None:
        self._number = number
        self._ask = ask

    def __call__(self, *args: object, **kwargs: object) -> object:
        """Return what the check's function returns."""
        return self._ask(self._number, args, kwargs)


class Iterator:
    """An iterator of the check's; the check is asked for each item when it is due."""

    def __init__(self, number: int, ask: Ask) -> None:
        self._number = number
        self._ask = ask

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> object:
        found = self._ask(self._number, (), {})
        if not found:
            raise StopIteration
        return found[0]


def callback_of(handle: wire.Handle, ask: Ask) -> Function | Iterator | Path:
    """Return what stands for a function, an iterator or a path of the check's."""
    if handle.number == mirrors.PATH:
        return Path(handle.type_name)
    number = mirrors.CALLED - handle.number
    made = Iterator if handle.type_name == mirrors.ITERATOR else Function
    return made(number, ask)
