"""What the run of a check showed, for authors and instructors, never for students."""

from __future__ import annotations

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """What an author may know about one run of a check.

    `seconds` are computing time, of the worker and of the check itself. `distance` is
    the largest of all comparisons, relative as tolerances are; it is infinite where a
    value was not a number, and None where nothing was compared. `tolerance` is the
    widest one. `draws` counts what the check drew. `signs` holds "-" and "+" if numbers
    of that sign were among the arguments.
    """

    check: str
    seconds: float
    distance: float | None = None
    tolerance: float | None = None
    draws: int = 0
    signs: str = ""


class TracedCall(msgspec.Struct, frozen=True):
    """One call of a student's code in words, cleaned, for instructors only."""

    call: str
    returned: str
    printed: str = ""


class TracedComparison(msgspec.Struct, frozen=True):
    """One comparison in words; `verdict` is empty if the values agreed."""

    expected: str
    got: str
    verdict: str = ""


class Trace(msgspec.Struct, frozen=True):
    """Everything that one check drew, called and compared, for instructors only.

    `seconds` are the worker's computing time.
    """

    check: str
    seconds: float
    draws: tuple[tuple[str, str], ...]
    calls: tuple[TracedCall, ...]
    comparisons: tuple[TracedComparison, ...]


class Extras(msgspec.Struct, frozen=True):
    """What only a proof and a replay ask for, besides the verdict.

    `alike` has groups of mistakes that no check tells apart.
    """

    measures: tuple[Measure, ...] = ()
    traces: tuple[Trace, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
