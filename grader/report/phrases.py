"""The words that the formats share: for outcomes, points and what is not final."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Outcome
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Sequence

OUTCOME_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "not right yet",
    Outcome.NOT_ATTEMPTED: "not written yet",
    Outcome.ERROR: "stopped with an error",
    Outcome.TIMEOUT: "took too long",
    Outcome.OUT_OF_MEMORY: "needed too much memory",
    Outcome.CRASHED: "ended unexpectedly",
    Outcome.SKIPPED: "was not run",
    Outcome.GRADER_ERROR: "could not be checked, not your fault",
}

NOT_FINAL = "This score is not final."
WHY_NOT_FINAL = (
    "Some points are not decided yet: your instructor gives them by hand, or has to "
    "repeat a check that could not be run. That is no fault of your work."
)
UNSAFE = "the code ran with all the rights of whoever graded it."
CURVES = "The losses in the visible check, from the first to the last:"


def ended(outcomes: Sequence[Outcome]) -> str:
    """Return how checks ended, in words."""
    return " or ".join(OUTCOME_WORDS[outcome] for outcome in outcomes)


def more_checks(count: int) -> str:
    """Return the words that say that further checks are not listed."""
    return f"and {count} more check{'' if count == 1 else 's'}, for the same reason."


def of(score: float, max_score: float) -> str:
    """Return points earned, of how many."""
    return f"{number(score)} of {number(max_score)}"


def signed(points: float) -> str:
    """Return points that were added or taken, with their sign."""
    mark = "-" if points < 0 else "+"
    return f"{mark}{number(abs(points))} point{'' if abs(points) == 1 else 's'}"
