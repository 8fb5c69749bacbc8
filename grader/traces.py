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


class Symptom(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a mistake shows to one check, without its answers.

    `digest` is of all answers; it is empty where there is none to rely on. `evidence`
    says how much in them is wrong, whatever chance does. `form` tells that only their
    form is, and `by_chance` which of them have numbers that chance decides.
    """

    digest: str
    evidence: int = 0
    form: bool = False
    by_chance: tuple[int, ...] = ()


class Cost(msgspec.Struct, frozen=True):
    """What a program computed for one check, in numbers that need no clock.

    `operations` is how often torch was asked for one, `rounds` how often the program's
    own loops went round.
    """

    operations: int
    rounds: int


class Extras(msgspec.Struct, frozen=True):
    """What only a proof, a release and a replay ask for, besides the verdict.

    `alike` has groups of mistakes that no check tells apart, `shown` has what each
    check that a mistake does not pass sees of it, by the check's name. `costs` has by
    name what the program computed for each check that limits it, and passed.
    """

    measures: tuple[Measure, ...] = ()
    traces: tuple[Trace, ...] = ()
    alike: tuple[tuple[str, ...], ...] = ()
    shown: dict[str, Symptom] = msgspec.field(default_factory=dict)
    costs: dict[str, Cost] = msgspec.field(default_factory=dict)
