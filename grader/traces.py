"""What a check's run showed, for authors and instructors: never for students."""

from __future__ import annotations

import msgspec


class Measure(msgspec.Struct, frozen=True):
    """What an author may know of one check's run; `seconds` are the worker's computing.

    `distance` is the largest of all comparisons, relative as tolerances are; infinite
    where a value was no number at all; null where nothing was compared. `tolerance`
    is the widest. `draws` counts what the check drew, `signs` holds "-" and "+" as the
    numbers among its arguments had them.
    """

    check: str
    seconds: float
    distance: float | None = None
    tolerance: float | None = None
    draws: int = 0
    signs: str = ""


class TracedCall(msgspec.Struct, frozen=True):
    """One call of a student's code in words, cleaned: for the instructor's eyes."""

    call: str
    returned: str
    printed: str = ""


class TracedComparison(msgspec.Struct, frozen=True):
    """One comparison in words; `verdict` is empty where the values agreed."""

    expected: str
    got: str
    verdict: str = ""


class Trace(msgspec.Struct, frozen=True):
    """All that one check drew, called and compared, for the instructor's eyes.

    `seconds` are the worker's computing.
    """

    check: str
    seconds: float
    draws: tuple[tuple[str, str], ...]
    calls: tuple[TracedCall, ...]
    comparisons: tuple[TracedComparison, ...]


class Extras(msgspec.Struct, frozen=True):
    """What only a proof and a replay ask for, beside the verdict.

    `alike` has a group of mistakes for each that no check tells apart.
    """

    measures: tuple[Measure, ...] = ()
    traces: tuple[Trace, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
