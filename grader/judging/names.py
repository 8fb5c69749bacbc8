"""What a worker says of the names that a program defines."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.judging.requests import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFINED_CAP: Final = 1000
"""How many names that a program defines are kept, to look for near misses."""
DEFINED_NAME_CAP: Final = 100
STATEMENTS_CAP: Final = 1000
_NAME_CAP = 200
_LINES_CAP = 10**7


class WhyKept(enum.StrEnum):
    """What took a name from the program's own work: a closed set."""

    VALUE = "value"
    STUB = "stub"
    GONE = "gone"


class KeptName(NamedTuple):
    """A name that was bound to something else: why, where, and where its work is."""

    name: str
    why: WhyKept
    at: Statement
    of: Statement


def statements(told: object) -> Iterator[Statement]:
    """Yield the statements that a worker tells of."""
    for each in told[:STATEMENTS_CAP] if isinstance(told, list) else ():
        match each:
            case (str() as label, int() as line) if 0 <= line < _LINES_CAP:
                yield Statement(label[:_NAME_CAP], line)


def kept_of(told: object) -> Iterator[KeptName]:
    """Yield the names that stand for the program's own work again."""
    for each in told[:DEFINED_CAP] if isinstance(told, list) else ():
        match each:
            case (str() as name, str() as why, at, of) if why in set(WhyKept):
                match tuple(statements([at, of])):
                    case (bound, own) if len(name) <= DEFINED_NAME_CAP:
                        yield KeptName(name, WhyKept(why), bound, own)


def defined(names: object) -> Iterator[str]:
    """Yield the names that a program defines."""
    for name in names[:DEFINED_CAP] if isinstance(names, list) else ():
        if isinstance(name, str) and len(name) <= DEFINED_NAME_CAP:
            yield name
