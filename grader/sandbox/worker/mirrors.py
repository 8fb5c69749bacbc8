"""The mirrors of what a check has passed, in the worker."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any

from grader.sandbox import mirrors, wire
from grader.sandbox.worker.precision import is_wide, narrowed, widened

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mirrors:
    """The things that a check has passed, by their numbers, and how they were."""

    def __init__(self) -> None:
        self._things: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._seen: dict[int, object] = {}
        self._lent: set[int] = set()
        self._widened: set[int] = set()
        self._wide = False

    def take(self, given: Iterable[Any], dropped: Iterable[int], *, anew: bool) -> None:
        """Make new mirrors, change those that the check has changed, drop others.

        Args:
            given: number, kind, content and gradient of each, and the program's own
                thing if the check has it from there.
            dropped: numbers of those that the check holds no longer.
            anew: whether another check has begun, and holds none of these.
        """
        if anew:
            self._things.clear()
            self._numbers.clear()
            self._seen.clear()
            self._lent.clear()
            self._widened.clear()
        for number in dropped:
            thing = self._things.pop(number)
            self._numbers.pop(id(thing), None)
            self._lent.discard(id(thing))
            self._seen.pop(number)
            self._widened.discard(number)
        given = [self._in_its_precision(*each) for each in given]
        own = set()
        for number, kind, content, _, origin in given:
            if number not in self._things:
                thing = _shell(kind, content) if origin is None else origin
                if thing is origin:
                    own.add(number)
                    self._lent.add(id(thing))
                self._things[number] = thing
                self._numbers[id(thing)] = number
        for number, _, content, gradient, _ in given:
            if number not in own:
                mirrors.put(self._things[number], self.inside(content), gradient)
        for number, *_ in given:
            self._seen[number] = self._imprint(number)

    def _in_its_precision(
        self, number: int, kind: str, content: object, gradient: object, origin: object
    ) -> tuple[int, str, Any, Any, Any]:
        """Return what is given, with tensors as the program's own ones are."""
        tensors = kind in (mirrors.TENSOR, mirrors.PARAMETER) and origin is None
        wide = widened(content) if self._wide and tensors else content
        if wide is content:
            return number, kind, content, gradient, origin
        self._widened.add(number)
        return number, kind, wide, widened(gradient), origin

    def given(
        self,
        target: object,
        args: tuple[object, ...],
        kwargs: dict[str, object],
        mirrored: dict[str, Any] | None,
    ) -> Any:  # noqa: ANN401 - as of `inside`
        """Return what a check passes; `mirrored` tells of things, if there are any."""
        owner = target.__self__ if isinstance(target, types.MethodType) else None
        self._wide = is_wide((target, owner, *args, *kwargs.values()))
        if mirrored is None:
            return widened((args, kwargs)) if self._wide else (args, kwargs)
        self.take(**mirrored)
        return self.inside((args, kwargs))

    def inside(self, value: object) -> Any:  # noqa: ANN401 - whatever was passed
        """Return a value with the things for their references."""
        if isinstance(value, wire.Handle):
            return self._things[mirrors.number_in(value)]
        if type(value) is list:
            return [self.inside(item) for item in value]
        if type(value) is tuple:
            return tuple(self.inside(item) for item in value)
        if type(value) is dict:
            return {key: self.inside(item) for key, item in value.items()}
        return value

    def holds(self, thing: object) -> bool:
        """Return whether a thing is the mirror of one that is the check's own."""
        return self.own(thing) is not None

    def own(self, thing: object) -> int | None:
        """Return the number of what is the check's own; None for all else."""
        return None if id(thing) in self._lent else self._number_of(thing)

    def left(self) -> list[tuple[int, object]]:
        """Return number and content of what has changed since last time."""
        changed: list[tuple[int, object]] = []
        for number, thing in self._things.items():
            now = self._imprint(number)
            if now != self._seen[number]:
                self._seen[number] = now
                as_given = narrowed(thing) if number in self._widened else thing
                changed.append((number, self._outside(as_given, whole=True)))
        return changed

    def _imprint(self, number: int) -> object:
        return mirrors.imprint(self._things[number], self._number_of)

    def _number_of(self, thing: object) -> int | None:
        return self._numbers.get(id(thing))

    def _outside(self, value: object, *, whole: bool = False) -> object:
        """Return a value with references for the things in it."""
        number = None if whole else self._number_of(value)
        if number is not None:
            return mirrors.reference(number)
        if isinstance(value, dict):
            return {key: self._outside(item) for key, item in dict.items(value)}
        if isinstance(value, list):
            return [self._outside(item) for item in value]
        if type(value) is tuple:
            return tuple(self._outside(item) for item in value)
        if whole and mirrors.kind_of(value) == mirrors.GENERATOR:
            return mirrors.stream_of(value)
        return value


def _shell(kind: str, content: Any) -> Any:  # noqa: ANN401 - of any kind
    """Return a new thing that its content can be put into."""
    if kind == mirrors.LIST:
        return []
    if kind == mirrors.DICT:
        return {}
    if kind == mirrors.PARAMETER:
        made = sys.modules["torch"].nn.Parameter
        return made(content.detach(), requires_grad=content.requires_grad)
    return content
