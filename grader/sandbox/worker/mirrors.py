"""The mirrors of what a check has passed, in the worker."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from grader.sandbox import mirrors, wire

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mirrors:
    """The things that a check has passed, by their numbers, and how they were."""

    def __init__(self) -> None:
        self._things: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}
        self._seen: dict[int, object] = {}

    def take(self, given: Iterable[Any], dropped: Iterable[int], *, anew: bool) -> None:
        """Make new mirrors, change those that the check has changed, drop others.

        Args:
            given: number, kind, content and gradient of each.
            dropped: numbers of those that the check holds no longer.
            anew: whether another check has begun, and holds none of these.
        """
        if anew:
            self._things.clear()
            self._numbers.clear()
            self._seen.clear()
        for number in dropped:
            self._numbers.pop(id(self._things.pop(number)), None)
            self._seen.pop(number)
        given = list(given)
        for number, kind, content, _ in given:
            if number not in self._things:
                thing = self._things[number] = _shell(kind, content)
                self._numbers[id(thing)] = number
        for number, _, content, gradient in given:
            mirrors.put(self._things[number], self.inside(content), gradient)
        for number, *_ in given:
            self._seen[number] = self._imprint(number)

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

    def left(self) -> list[tuple[int, object, object]]:
        """Return number, content and gradient of what has changed since last time."""
        changed: list[tuple[int, object, object]] = []
        for number, thing in self._things.items():
            now = self._imprint(number)
            if now != self._seen[number]:
                self._seen[number] = now
                content = self._outside(thing, whole=True)
                changed.append((number, content, mirrors.gradient_of(thing)))
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
