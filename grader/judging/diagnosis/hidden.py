"""What is hidden of a program's checks: what they drew, and what they asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.judging.diagnosis.simplest import SMALL, numbers_in
from grader.judging.requests import Call, data_of
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.judging.checks.draws import Draw
    from grader.judging.checks.evidence import Exchange

_LARGE = 64


@dataclass(slots=True)
class Hidden:
    """What a student may not be shown: what was drawn, and what hidden checks ask.

    `calls` are the hidden checks' calls: what is called, and with which arguments.
    """

    numbers: set[float] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)

    def add(self, draw: Draw, exchanges: Iterable[Exchange]) -> None:
        """Add what a hidden check drew and asked."""
        for _, value in draw.log:
            self.numbers |= numbers_in(value, _tells)
            self.texts |= {*_texts(value)}
        self.calls |= {_call_key(e) for e in exchanges if isinstance(e.request, Call)}

    def forbid(self, steps: Sequence[Exchange]) -> bool:
        """Return whether some steps show what is hidden."""
        given = [data_of(step.request) for step in steps]
        return (
            _call_key(steps[-1]) in self.calls
            or not self.numbers.isdisjoint(numbers_in(given, _tells))
            or not self.texts.isdisjoint(_texts(given))
        )


def _tells(number: float) -> bool:
    """Return whether a number tells where it comes from: few others are like it."""
    return not (float(number).is_integer() and abs(number) <= SMALL)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple) and not isinstance(value, Handle):
        for item in value:
            yield from _texts(item)


def _call_key(exchange: Exchange) -> str:
    return f"{exchange.name} {key_of(data_of(exchange.request))}"


def key_of(value: object) -> str:
    """Return a text that values with the same numbers share, whatever their types.

    Of what is large, and so in no counterexample, the size is enough.
    """
    plain = getattr(value, "tolist", None)
    if isinstance(value, Handle) or _size(value) > _LARGE:
        return f"{_size(value)} things"
    if plain is not None:
        return key_of(plain())
    match value:
        case dict():
            return ",".join(f"{key}={key_of(item)}" for key, item in value.items())
        case list() | tuple():
            return f"[{','.join(map(key_of, value))}]"
        case int() | float() if abs(value) < 1 << 53:
            return repr(float(value))
    return repr(value)[:_LARGE]


def _size(value: object) -> int:
    """Return how many things a value holds; 0 where it is one."""
    if isinstance(value, list | tuple | dict):
        return len(value)
    numel = getattr(value, "numel", None)
    size = getattr(value, "size", 0) if numel is None else numel()
    return size if isinstance(size, int) else 0
