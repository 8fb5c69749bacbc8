"""What a check saw: each call of the student's code, each comparison.

Checks are plain asserts, so what they compare is kept here, for the words that are said
when they fail. The record of the check that runs now is in `CURRENT`.
"""

from __future__ import annotations

import enum
import math
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Self

from grader.errors import StudentError
from grader.judging.answers import Part, parts_of
from grader.judging.requests import Call
from grader.model import Outcome, Role, Said, joined
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from grader.judging.answers import Answer, Value
    from grader.judging.checks.backs import Then
    from grader.judging.requests import Asked


# How many items of an answer are searched to find where a value came from.
_LOOKED_AT = 20_000


class Difference(enum.Enum):
    """In which way a value is not the expected one."""

    NOTHING = enum.auto()
    NOT_NUMBERS = enum.auto()
    KIND = enum.auto()
    SHAPE = enum.auto()
    NOT_FINITE = enum.auto()
    VALUE = enum.auto()
    DTYPE = enum.auto()
    KEYS = enum.auto()
    LENGTH = enum.auto()
    OTHER = enum.auto()


class Odd(NamedTuple):
    """The first entry of a list that keeps it from being numbers.

    Attributes:
        position: which one it is, from 0.
        kind: the name of its type; empty where it only has another length.
        every: whether all entries are so.
    """

    position: int
    kind: str
    every: bool = False


class Held:
    """What stands for an object in the worker; `grader_handle` is its handle."""

    grader_handle: Handle | None

    def grader_target(self) -> Handle:
        """Return the handle; the program is asked for it where it is not known yet."""
        raise NotImplementedError

    def grader_items(self) -> object:
        """Return the items of what can be unpacked, None for other objects."""
        raise NotImplementedError


@dataclass(slots=True, eq=False)
class Exchange:
    """One request to the student's process, and what came back.

    `answer` is None where the request is only to be put to other programs. `heard`
    tells that the check looked at what was printed meanwhile, `looked` that it looked
    at the arguments afterwards. `changed` are the check's own things that the call has
    changed. `backs` are the functions and iterators of the check that the program may
    ask for, `told` what it told those that give nothing back. An exchange that is
    `alone` rests on what no other program can be given, and is put to none.
    """

    name: str
    request: Asked
    answer: Answer | None = None
    printed: str = ""
    heard: bool = False
    looked: bool = False
    changed: tuple[object, ...] = ()
    alone: bool = False
    backs: Then | None = None
    told: tuple[object, ...] = ()


def is_call(exchange: Exchange) -> bool:
    """Return whether a request is a call of one of the program's own functions."""
    match exchange.request:
        case Call(target=str()):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: which part of the answer in an exchange.

    `whole` is false for what is one item of that part.
    """

    exchange: Exchange
    part: Part
    whole: bool = True

    @property
    def subject(self) -> tuple[str, Part, bool]:
        """The beginning of a sentence about the value."""
        return self.exchange.name, self.part, is_call(self.exchange)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value compared with the expected one; `difference` is None when they agree.

    `shape` is None where the value was not numbers; `type_name` tells what it was,
    and `odd` what stands in a list where a number should. `wanted` is the shape to
    have; both shapes are as they are, with axes of size 1. `got` is kept of a small one
    only. `distance` is how far a number was from the expected one at most, relative.
    `origin` is None where a check has worked the value out of others, or where it
    cannot be told which call it came from.
    """

    expected: np.ndarray
    got: np.ndarray | None
    type_name: str
    difference: Difference | None = None
    differing: int = 0
    rtol: float = 0.0
    shape: tuple[int, ...] | None = None
    wanted: tuple[int, ...] = ()
    odd: Odd | None = None
    distance: float = math.inf
    place: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """One call of the student's code: what went in, and what came back.

    Attributes:
        name: the name of the function that was called.
        value: what it returned.
        said: what it printed; a check reads `printed` instead.
        left: the positional arguments, as the call left them.
        sent: the positional arguments, as the check passed them.
        named: the keyword arguments, as the check passed them.
        exchange: the request itself, for the diagnosis.
        warned: the warnings that came, class and text of each.
        seconds: how long it computed, on a machine like the author's.
        ops: how often torch was asked for each operation, if that was counted.
        rounds: how often the program's own loops went round, or the function was called
            that was called most often, whichever is more; if that was counted.
    """

    name: str
    value: object
    said: str = ""
    left: tuple[object, ...] = ()
    sent: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()
    exchange: Exchange | None = None
    warned: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    ops: dict[str, int] = field(default_factory=dict)
    rounds: int = 0

    @classmethod
    def after(
        cls,
        request: Call,
        exchange: Exchange,
        answer: Value,
        name: str,
        value: object,
        seconds: float,
    ) -> Self:
        """Return the record of a request that was answered.

        Args:
            request: what was asked.
            exchange: the request, with what was printed.
            answer: the answer.
            name: the name of the function.
            value: the answer's value, as the check gets it.
            seconds: how long it computed.
        """
        return cls(
            name=name,
            value=value,
            said=exchange.printed,
            left=answer.arguments,
            sent=request.args,
            named=tuple(request.kwargs.items()),
            exchange=exchange,
            warned=answer.warned,
            seconds=seconds,
            ops=dict(answer.ops),
            rounds=answer.rounds,
        )

    @property
    def printed(self) -> str:
        """What the call printed, as text. A report then knows that it mattered."""
        if self.exchange is not None:
            self.exchange.heard = True
        return self.said

    @property
    def arguments(self) -> tuple[object, ...]:
        """The positional arguments afterwards; that a check looks at them is noted."""
        if self.exchange is not None:
            self.exchange.looked = True
        return self.left


@dataclass(slots=True)
class Evidence:
    """All that one check saw, in order.

    `halted` is the first end that no check can expect: a part that is not written, or a
    process that is gone. `credits` are shares of the points, and what for. If it is
    `lenient`, every comparison holds, so that a check that runs again for the diagnosis
    meets all its inputs, and not only the first that fails. `copies` has by the id of a
    copy that the check was given what stands for it in the answers, and `passed` by the
    id of a thing of the check's own the calls that it was passed to.
    """

    calls: list[Called] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    lenient: bool = False
    halted: CheckEnded | None = None
    credits: dict[str, float] = field(default_factory=dict)
    copies: dict[int, object] = field(default_factory=dict)
    passed: dict[int, list[Exchange]] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of its points that the check has given so far."""
        return min(sum(self.credits.values()), 1.0)

    @property
    def differs(self) -> bool:
        """Whether a comparison did not hold."""
        return any(c.difference is not None for c in self.comparisons)

    def let_go(self, own: int) -> None:
        """Forget what has this id: the check holds it no longer."""
        self.copies.pop(own, None)
        self.passed.pop(own, None)

    def halt(self, ended: CheckEnded) -> None:
        """Keep why nothing that follows can count, whatever the check expects."""
        if self.halted is None and ended.outcome is not Outcome.ERROR:
            self.halted = ended

    def origin(self, value: object) -> Origin | None:
        """Return the answer that a value comes from, if that is certain.

        The value must be the same object, not a copy. A small whole number, True and
        None are always one object: if answers of different functions hold it, or
        arguments that the check looked at, its origin is uncertain.
        """
        value = self.copies.get(id(value), value)
        found = [
            Origin(exchange, part, whole=_is(held, value))
            for exchange in self.exchanges
            for part, held in _seen(exchange)
            if any(_is(item, value) for item in islice(_items(held), _LOOKED_AT))
        ]
        # What no call has changed, one should have.
        found = found or [
            Origin(e, Part.ARGUMENTS) for e in self.passed.get(id(value), ())
        ]
        if len({origin.subject for origin in found}) != 1:
            return None
        return replace(found[-1], whole=all(origin.whole for origin in found))


def _seen(exchange: Exchange) -> Iterator[tuple[Part, object]]:
    """Yield the parts of an answer that the check has seen."""
    if exchange.changed:
        yield Part.ARGUMENTS, exchange.changed
    if exchange.answer is None:
        return
    for part, held in parts_of(exchange.request, exchange.answer):
        if part is not Part.ARGUMENTS or exchange.looked:
            yield part, held


def _items(value: object) -> Iterator[object]:
    """Yield a value and everything in it."""
    yield value
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple) and not isinstance(value, Handle):
        for item in value:
            yield from _items(item)


def _is(held: object, value: object) -> bool:
    """Return whether a value is this one; an object in the worker has a handle."""
    if isinstance(held, Handle):
        handle = value.grader_handle if isinstance(value, Held) else value
        return isinstance(handle, Handle) and handle.number == held.number
    return held is value


CURRENT: ContextVar[Evidence | None] = ContextVar("evidence", default=None)


class CheckEnded(StudentError):  # noqa: N818 - not every end is an error
    """The check cannot go on, for a reason of the student's.

    Attributes:
        outcome: how the check ends.
        said: the words, and the fact behind them where one is known.
        message: both as one text.
        kinds: the names of the classes of what the student's code raised.
        text: its own text.
    """

    kinds: tuple[str, ...] = ()
    text: str = ""

    def __init__(self, outcome: Outcome, text: str, fact: str = "") -> None:
        role = Role.SAW if outcome is Outcome.FAILED else Role.ERROR
        parts = (Said(role, text), Said(Role.FACT, fact))
        self.outcome = outcome
        self.said = tuple(part for part in parts if part.text)
        self.message = joined(self.said)
        super().__init__(self.message)
