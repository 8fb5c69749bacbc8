"""The functions and iterators of a check that the student's code asks for.

The diagnosis puts a check's requests to the solution and to its mistakes, and they ask
for the same ones: a function is called anew, an iterator gives to each program the
items that it gave to the student's, and goes on after them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from grader.judging.answers import Value
from grader.judging.weighing import bytes_of

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
    from types import CellType

    from grader.judging.answers import Back
    from grader.sandbox.host.client import Worker

_KEPT_BYTES: Final = 32 << 20


class Backs:
    """What one check has passed to be asked for, by number.

    `things` are those, and more may join. `told` holds what the functions were told
    that give nothing back: they are there for what they are told. `overfull` says that
    there was too much to keep, so that no other program can be given the same. While it
    is `rehearsing`, the student's program is asked nothing.

    Args:
        things: the functions and iterators.
        received: makes what the check gets of what a program passes to a function.
        copied: makes what the program gets.
    """

    def __init__(
        self,
        things: Sequence[Any],
        received: Callable[[object], object],
        copied: Callable[[object], object],
    ) -> None:
        self.things = things
        self._received = received
        self._copied = copied
        self._items: dict[int, list[object]] = {}
        self._room_bytes = _KEPT_BYTES
        self.told: list[object] = []
        self.overfull = False
        self.rehearsing = False

    def given(self, asked: Back) -> object:
        """Return what the check gives to the student's code.

        Of an iterator it is a list, empty at the end.
        """
        thing = self.things[asked.number]
        if isinstance(thing, Iterator):
            known = self._items.setdefault(asked.number, [])
            items = self._next(thing)
            known += self._kept(items)
            return items
        value = self.called(thing, asked.args, asked.kwargs)
        if value is None:
            self.told += self._kept([entry_of(asked)])
        return value

    def as_now(self) -> Then:
        """Return what gives to other programs what is given to the student's now."""
        return Then(self, tuple(_bindings(self.things, set())))

    def item(self, number: int, place: int) -> list[object]:
        """Return an iterator's item at this place, in a list; none where it ends."""
        known = self._items.setdefault(number, [])
        if place == len(known):
            known += self._next(self.things[number])
        return known[place : place + 1]

    def _next(self, thing: Iterator[object]) -> list[object]:
        return [self._copied(item) for item in itertools.islice(thing, 1)]

    def called(
        self,
        function: Callable[..., object],
        args: Sequence[object],
        kwargs: Mapping[str, object],
    ) -> object:
        """Return what a function of the check's gives."""
        own = {key: self._received(item) for key, item in kwargs.items()}
        return self._copied(function(*map(self._received, args), **own))

    def _kept(self, items: list[object]) -> list[object]:
        self._room_bytes -= bytes_of(Value(items))
        self.overfull = self.overfull or self._room_bytes < 0
        return [] if self.overfull else items


class Then:
    """What other programs are given in place of the student's, at one request.

    Args:
        backs: of the check.
        bindings: what the names that the functions use were bound to at that time. In a
            loop of the check's, they are bound anew each time.
    """

    def __init__(
        self, backs: Backs, bindings: Sequence[tuple[CellType, object]]
    ) -> None:
        self._backs = backs
        self._bindings = bindings

    def knows(self, number: int) -> bool:
        """Return whether something has this number."""
        return 0 <= number < len(self._backs.things)

    def given(self, asked: Back, places: Counter[int]) -> object:
        """Return what the check gives to a program.

        Args:
            asked: what the program asks for.
            places: how many items of each iterator the program has had.
        """
        thing = self._backs.things[asked.number]
        if isinstance(thing, Iterator):
            places[asked.number] += 1
            return self._backs.item(asked.number, places[asked.number] - 1)
        with self._bound():
            return self._backs.called(thing, asked.args, asked.kwargs)

    @contextmanager
    def _bound(self) -> Generator[None]:
        now = [(cell, cell.cell_contents) for cell, _ in self._bindings]
        self._backs.rehearsing = True
        try:
            _bind(self._bindings)
            yield
        finally:
            _bind(now)
            self._backs.rehearsing = False


@contextmanager
def answering(
    worker: Worker, ask: Callable[[object], dict[str, object]]
) -> Generator[None]:
    """Let a program that lives in this process ask the check meanwhile.

    What the check raises then ends the program's code, and is raised here again.

    Args:
        worker: of any tier; those with a process of their own reply with a question.
        ask: takes such a reply, and returns the request that answers it.
    """
    aside = getattr(worker, "aside", None)
    if aside is None:
        yield
        return
    stumbled: list[BaseException] = []

    def answer(asked: object) -> dict[str, object]:
        try:
            return ask(asked)
        except BaseException as error:
            stumbled.append(error)
            raise

    before, aside.ask = aside.ask, answer
    try:
        yield
    finally:
        aside.ask = before
    if stumbled:
        raise stumbled[0]


def _bind(bindings: Iterable[tuple[CellType, object]]) -> None:
    for cell, content in bindings:
        cell.cell_contents = content


def _bindings(
    things: Iterable[object], seen: set[int]
) -> Generator[tuple[CellType, object]]:
    """Yield the cells of functions, and of those that they use, with their contents."""
    for thing in things:
        function = thing.func if isinstance(thing, partial) else thing
        for cell in getattr(function, "__closure__", None) or ():
            if id(cell) in seen:
                continue
            seen.add(id(cell))
            with suppress(ValueError):  # it is bound to nothing yet
                yield cell, cell.cell_contents
                yield from _bindings([cell.cell_contents], seen)


def entry_of(asked: Back) -> tuple[object, ...]:
    """Return what is kept of what a function was told."""
    return asked.number, asked.args, asked.kwargs
