"""Late days: a budget per student, spent in the order of the due dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.decisions import Excused
from grader.model import Adjustment
from grader.policies.deadlines import deadline_of
from grader.policies.saying import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import ExerciseResult, SubmissionResult
    from grader.policies.circumstances import Circumstances


class Spent(msgspec.Struct, frozen=True):
    """How many late days one exercise took, and how many were left after it."""

    days: int
    left: int


def late_days(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return a word on each exercise that took late days; they cost no points."""
    rules = circumstances.rules.course.late_days
    if rules is None:
        return ()
    return tuple(
        Adjustment(
            points=0.0,
            reason=(
                f"{counted(spent.days, 'late day')} of {rules.budget} spent on this "
                f"exercise, {spent.left} left."
            ),
            by="late_days",
            exercise=exercise,
        )
        for exercise, spent in spent_days(submission, circumstances).items()
    )


def spent_days(
    submission: SubmissionResult, circumstances: Circumstances
) -> dict[str, Spent]:
    """Return the late days that exercises took, in the order of their due dates.

    Extensions do not change that order, so that none of them costs a day elsewhere.
    """
    rules = circumstances.rules.course.late_days
    if rules is None:
        return {}
    left = rules.budget
    found = {}
    for exercise in sorted(submission.exercises, key=_due_in(circumstances)):
        needed = _needed(exercise, circumstances)
        days = min(needed, left, rules.per_exercise or needed)
        if days:
            left -= days
            found[exercise.exercise] = Spent(days, left)
    return found


def _due_in(circumstances: Circumstances) -> Callable[[ExerciseResult], float]:
    def due(exercise: ExerciseResult) -> float:
        date = circumstances.rules.of(exercise.exercise).due
        return date.timestamp() if date else 0.0

    return due


def _needed(exercise: ExerciseResult, circumstances: Circumstances) -> int:
    """Return how many days late work is that is accepted and not excused."""
    deadline = deadline_of(exercise.exercise, circumstances)
    if exercise.delivery is None or not deadline.accepts(exercise.delivery.at):
        return 0
    if circumstances.decided(Excused, exercise.exercise):
        return 0
    return deadline.started_days(exercise.delivery.at)
