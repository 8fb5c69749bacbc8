"""What a student may read of how checks ended, and from when on.

A check that is marked `after_due` is withheld until its exercise is due for the
student: its outcome, its points and all that it saw. Where nobody knows when that is,
it stays withheld.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec

from grader.model import Outcome, Visibility
from grader.report.phrases import OUTCOME_WORDS
from grader.text import clean_line

if TYPE_CHECKING:
    from grader.model import CheckResult, ExerciseResult

LINE_CAP = 500
WITHHELD = "is told after the due date"


class CheckRow(msgspec.Struct, frozen=True):
    """One check: what it asks for, how it ended, what it earned.

    Attributes:
        name: its name.
        title: what it asks for.
        outcome: how it ended.
        score: points earned.
        max_score: points for passing.
        withheld: whether the student may not know yet; then the outcome is `skipped`,
            and there are no points.
    """

    name: str
    title: str
    outcome: Outcome
    score: float
    max_score: float
    withheld: bool = False

    @property
    def ended(self) -> str:
        """How it ended, in words."""
        return WITHHELD if self.withheld else OUTCOME_WORDS[self.outcome]


def check_rows(
    exercise: ExerciseResult, *, everything: bool = False
) -> tuple[CheckRow, ...]:
    """Return what a student may read of the checks of an exercise, in their order.

    Args:
        exercise: the exercise.
        everything: whether to withhold nothing: the platform does that itself.
    """
    until = exercise.told_from
    known = isinstance(until, dt.datetime) and until <= dt.datetime.now(dt.UTC)
    return tuple(
        _withheld(check)
        if check.visibility is Visibility.AFTER_DUE and not (known or everything)
        else CheckRow(
            check.name, _title(check), check.outcome, check.score, check.max_score
        )
        for check in exercise.checks
    )


def _withheld(check: CheckResult) -> CheckRow:
    title = _title(check)
    return CheckRow(check.name, title, Outcome.SKIPPED, 0.0, 0.0, withheld=True)


def _title(check: CheckResult) -> str:
    return clean_line(check.title or check.name, LINE_CAP)
