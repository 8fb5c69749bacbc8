"""What a check saw: each call of the student's code, each comparison.

A check writes plain asserts, so what it compared is kept here, for the words that
follow when it fails. The record of the check that runs now is in `CURRENT`.
"""

from __future__ import annotations

import enum
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.errors import StudentError
from grader.judging.answers import parts_of
from grader.judging.requests import Call
from grader.model import Outcome, Role, Said, joined

if TYPE_CHECKING:
    import numpy as np

    from grader.judging.answers import Answer, Part
    from grader.judging.requests import Asked


class Difference(enum.Enum):
    """How a value is not the expected one."""

    NOTHING = enum.auto()
    NOT_NUMBERS = enum.auto()
    KIND = enum.auto()
    SHAPE = enum.auto()
    NOT_FINITE = enum.auto()
    VALUE = enum.auto()


@dataclass(slots=True, eq=False)
class Exchange:
    """One request to the student's process, and what came back.

    `answer` is `None` where the request is only to be put to other programs. `heard`
    tells that the check looked at what was printed meanwhile.
    """

    name: str
    request: Asked
    answer: Answer | None = None
    printed: str = ""
    heard: bool = False


def is_call(exchange: Exchange) -> bool:
    """Return whether a request is a call of one of the program's own functions."""
    match exchange.request:
        case Call(target=str()):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: which part of the answer in an exchange."""

    exchange: Exchange
    part: Part


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value compared with the expected one; `difference` is null when they agree.

    `got` is null where the value was not numbers; `type_name` tells what it was.
    `origin` is null where a check has worked the value out of others.
    """

    expected: np.ndarray
    got: np.ndarray | None
    type_name: str
    difference: Difference | None = None
    differing: int = 0
    rtol: float = 0.0
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """One call of the student's code: what went in, and what came back.

    Attributes:
        name: the name of the function that was called.
        value: what it returned.
        said: what it printed; a check reads `printed` instead.
        arguments: the positional arguments, as the call left them.
        sent: the positional arguments, as the check passed them.
        named: the keyword arguments, as the check passed them.
        exchange: the request itself, for the diagnosis.
    """

    name: str
    value: object
    said: str = ""
    arguments: tuple[object, ...] = ()
    sent: tuple[object, ...] = ()
    named: tuple[tuple[str, object], ...] = ()
    exchange: Exchange | None = None

    @property
    def printed(self) -> str:
        """What the call printed, as text. A report then knows that it mattered."""
        if self.exchange is not None:
            self.exchange.heard = True
        return self.said


@dataclass(slots=True)
class Evidence:
    """All that one check saw, in order.

    A `lenient` one lets every comparison hold, so that a check that is run again for
    the diagnosis meets all its inputs, not only the first that fails.
    """

    calls: list[Called] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    lenient: bool = False

    def origin(self, value: object) -> Origin | None:
        """Return which reply a value is or is a part of: the very object, no copy.

        An object that stayed in the worker is told by its handle.
        """
        number = getattr(getattr(value, "handle", None), "number", None)
        for exchange in reversed(self.exchanges):
            if exchange.answer is None:
                continue
            for part, held in parts_of(exchange.request, exchange.answer):
                whole = held is value
                if number is not None:
                    whole = getattr(held, "number", None) == number
                if whole or (
                    isinstance(held, list | tuple) and any(h is value for h in held)
                ):
                    return Origin(exchange, part)
        return None


CURRENT: ContextVar[Evidence | None] = ContextVar("evidence", default=None)


class CheckEnded(StudentError):  # noqa: N818 - not every end is an error
    """The check cannot go on, by the student's doing: outcome, and words for them.

    Attributes:
        outcome: how the check ends.
        said: the words, and the fact behind them where one is known.
        message: both as one text.
    """

    def __init__(self, outcome: Outcome, text: str, fact: str = "") -> None:
        role = Role.SAW if outcome is Outcome.FAILED else Role.ERROR
        parts = (Said(role, text), Said(Role.FACT, fact))
        self.outcome = outcome
        self.said = tuple(part for part in parts if part.text)
        self.message = joined(self.said)
        super().__init__(self.message)
