"""What a check has passed to the student's code, kept equal on both sides of the wall.

A list, dict, tensor or array is after a call what the student's code left in it, and
the next call sees what the check did to it meanwhile. When the check has ended, all is
put back: a constant of a file of checks must not carry what one submission did to it
into the next one's check.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from grader.errors import AuthorError
from grader.judging.checks.evidence import Held
from grader.judging.checks.lending import copied as _whole
from grader.judging.requests import Given, Mirrored
from grader.sandbox import mirrors
from grader.sandbox.wire import NAME_CAP, Handle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grader.judging.changes import Changed

# The name of what was called, and the number of what it changed.
Change = tuple[str, int]
# The thing's own entry, and the argument of the function that counts.
_OURS = 2
_MODULE = "torch.nn.modules.module"


@dataclass(slots=True, eq=False)
class _Passed:
    """A thing that a check has passed.

    `seen` is its imprint when both sides were equal last, `still` a copy of its numbers
    then, `first` what is put back in the end.
    """

    thing: Any
    number: int
    kind: str
    first: tuple[Any, Any]
    seen: object = None
    still: Any = None
    touched: bool = False


class Mirror:
    """The things that one check has passed.

    Args:
        received: returns what stands in the check for an object in the worker.
        origin: returns the handle of what the check has a copy of, or None.
        let_go: takes the id of each thing that the check holds no longer.

    `may_change` is what calls may change; None for everything.
    """

    def __init__(
        self,
        received: Callable[[object], object],
        origin: Callable[[object], Handle | None] = lambda _: None,
        let_go: Callable[[int], object] = lambda _: None,
    ) -> None:
        self._received = received
        self._origin = origin
        self._let_go = let_go
        self.backs: list[Any] = []
        self.may_change: frozenset[Change] | None = None
        self._entries: dict[int, _Passed] = {}
        self._numbers: dict[int, int] = {}
        self._made = 0
        self._kept = False
        self._begun = False

    def outgoing(
        self, args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> Mirrored | None:
        """Return the arguments as references, with what the worker does not know yet.

        It is None where nothing has a mirror.
        """
        dropped = self._drop()
        own_args = tuple(map(self._outside, args))
        own_kwargs = {name: self._outside(value) for name, value in kwargs.items()}
        given: dict[int, Given] = {}
        looked: set[int] = set()
        while new := self._entries.keys() - looked:
            looked |= new
            for number in sorted(new):
                told = self._news(self._entries[number])
                given |= {number: told} if told else {}
        if not self._entries and not dropped:
            return None
        kinds = {n: mirrors.form_of(entry.thing) for n, entry in self._entries.items()}
        anew, self._begun = not self._begun, True
        news = tuple(given.values())
        return Mirrored(own_args, own_kwargs, news, dropped, kinds, anew)

    def incoming(self, name: str, left: Iterable[Changed]) -> tuple[object, ...]:
        """Take over what a call left in things, and return those that it changed.

        What it may not change stays here as it is, and is sent again.
        """
        entries = []
        self._kept = False
        for number, *rest in left:
            if self.may_change is None or (name, number) in self.may_change:
                entries.append((self._entries[number], rest))
            else:
                self._entries[number].seen = None
                self._kept = True
        for entry, (content, gradient) in entries:
            entry.touched = True
            mirrors.put(entry.thing, self._inside(content), gradient)
        for entry, _ in entries:
            self._see(entry)
        return tuple(entry.thing for entry, _ in entries)

    def returned(self, number: int | None) -> Any:  # noqa: ANN401 - of any kind
        """Return the check's own thing that the last call has returned, or None.

        It is none where the call has changed what it may not: then what it returned is
        not what the check has.
        """
        entry = None if number is None or self._kept else self._entries.get(number)
        return None if entry is None else entry.thing

    def doubt(self) -> None:
        """Forget what the worker knows: a call has ended before it could tell."""
        for entry in self._entries.values():
            entry.seen = None
            entry.touched = True

    def restore(self) -> None:
        """Put back what things were when the check passed them first."""
        for entry in self._entries.values():
            if entry.touched:
                mirrors.put(entry.thing, *entry.first)
        self._entries.clear()
        self._numbers.clear()

    def copied(self, value: object, *, known: bool = False) -> Any:  # noqa: ANN401 - of the value's own type
        """Return a value as it is now, with handles for stand-ins.

        Args:
            value: an argument.
            known: whether the worker knows all as it is now; no copy is made twice.
        """
        if isinstance(value, Held):
            return value.grader_target()
        if isinstance(value, PurePath):
            return _path(value)
        if is_back(value):
            return self.back(value)
        if isinstance(value, dict):
            return {key: self.copied(item, known=known) for key, item in value.items()}
        if isinstance(value, list | tuple) and not isinstance(value, Handle):
            items = [self.copied(item, known=known) for item in value]
            return items if isinstance(value, list) else tuple(items)
        number = self._number_of(value) if known else None
        return _copy(value) if number is None else self._entries[number].still

    def back(self, value: object) -> Handle:
        """Return what stands in the worker for a function or an iterator."""
        known = (n for n, each in enumerate(self.backs) if each is value)
        number = next(known, len(self.backs))
        if number == len(self.backs):
            self.backs.append(value)
        iterates = isinstance(value, Iterator)
        kind = mirrors.ITERATOR if iterates else mirrors.FUNCTION
        return Handle(mirrors.CALLED - number, kind)

    def holds(self, thing: object) -> bool:
        """Return whether the check has passed a thing."""
        return self._number_of(thing) is not None

    def content(self, thing: Any) -> tuple[object, object]:  # noqa: ANN401 - of any kind
        """Return what a thing of the worker's is to become: content and gradient."""

        def own(item: object) -> object:
            handle = self._origin(item)
            return self.copied(item) if handle is None else handle

        if isinstance(thing, dict):
            return {key: own(item) for key, item in thing.items()}, None
        if isinstance(thing, list):
            return [own(item) for item in thing], None
        return _copy(thing), mirrors.gradient_of(thing)

    def _drop(self) -> tuple[int, ...]:
        """Let go of the things that nobody but this mirror holds."""
        unused = tuple(
            number
            for number, entry in self._entries.items()
            if sys.getrefcount(entry.thing) <= _OURS
        )
        for number in unused:
            own = id(self._entries.pop(number).thing)
            del self._numbers[own]
            self._let_go(own)
        return unused

    def _news(self, entry: _Passed) -> Given | None:
        """Return what the worker must know of a thing, if that is anything."""
        before = entry.seen
        content = self._content(entry.thing)
        self._see(entry)
        if entry.seen == before:
            return None
        gradient = mirrors.gradient_of(entry.thing)
        still = content if entry.still is None else entry.still
        kept = None if gradient is None else gradient.detach().clone()
        origin = self._origin(entry.thing)
        return Given(entry.number, entry.kind, still, kept, origin)

    def _see(self, entry: _Passed) -> None:
        """Note how a thing is now."""
        now = mirrors.imprint(entry.thing, self._number_of)
        if now != entry.seen and entry.kind not in (mirrors.LIST, mirrors.DICT):
            entry.still = _copy(entry.thing)
        entry.seen = now

    def _content(self, thing: object) -> object:
        """Return a list or dict of references; its items have mirrors then."""
        if isinstance(thing, dict):
            return {key: self._outside(item) for key, item in thing.items()}
        if isinstance(thing, list):
            return [self._outside(item) for item in thing]
        return None

    def _outside(self, value: object) -> object:
        """Return a value with references for things, each of which has a mirror now."""
        if isinstance(value, Held):
            return value.grader_target()
        if isinstance(value, PurePath):
            return _path(value)
        if is_back(value):
            return self.back(value)
        kind = mirrors.kind_of(value)
        if kind is not None:
            return mirrors.reference(self._entered(value, kind))
        if isinstance(value, tuple) and not isinstance(value, Handle):
            return tuple(map(self._outside, value))
        return value

    def _entered(self, thing: Any, kind: str) -> int:  # noqa: ANN401 - of any kind
        """Return the number of a thing, a new one where it has none."""
        number = self._number_of(thing)
        if number is None:
            number, self._made = self._made, self._made + 1
            self._numbers[id(thing)] = number
            gradient = mirrors.gradient_of(thing)
            kept = None if gradient is None else gradient.detach().clone()
            self._entries[number] = _Passed(thing, number, kind, (_copy(thing), kept))
        return number

    def _number_of(self, thing: object) -> int | None:
        return self._numbers.get(id(thing))

    def _inside(self, value: object) -> object:
        """Return a value of the worker's with the things for their references."""
        if isinstance(value, Handle):
            number = mirrors.number_in(value)
            known = self._entries.get(number)
            return known.thing if known is not None else self._received(value)
        if isinstance(value, list):
            return [self._inside(item) for item in value]
        if isinstance(value, tuple):
            return tuple(map(self._inside, value))
        if isinstance(value, dict):
            return {key: self._inside(item) for key, item in value.items()}
        return value


def _path(path: PurePath) -> Handle:
    """Return what stands in the worker for a path of the check's."""
    if len(str(path)) > NAME_CAP:
        raise AuthorError(
            f"{path}: expected a path of {NAME_CAP} characters at most, got "
            f"{len(str(path))}. Choose shorter names."
        )
    return Handle(mirrors.PATH, str(path))


def in_a_list(value: Any) -> Any:  # noqa: ANN401 - of the value's own type
    """Return an argument, with a list in place of what tells a module's parameters.

    An iterator gives copies, one at a time; these are things that are there already,
    and an optimizer is to move them.
    """
    module = sys.modules.get(_MODULE)
    of_module = (
        isinstance(value, GeneratorType)
        and module is not None
        and value.gi_code.co_filename == module.__file__
    )
    return list(value) if of_module else value


def is_back(value: object) -> bool:
    """Return whether a value is a function or an iterator, which stays in the check."""
    if isinstance(value, Held):
        return False
    return isinstance(value, Iterator | functools.partial) or inspect.isroutine(value)


_copy = functools.partial(_whole, whole=False)
