"""Checks for extra credit: their points come on top of the exercise's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Adjustment
from grader.scoring import total

if TYPE_CHECKING:
    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances


def extra_checks(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what turns the points of such checks into points on top."""
    found = []
    for exercise in submission.exercises:
        names = circumstances.rules.of(exercise.exercise).extra_checks
        points = total(c.max_score for c in exercise.checks if c.name in names)
        if points:
            reason = "Checks for extra credit: their points come on top."
            found.append(
                Adjustment(
                    points=0.0,
                    reason=reason,
                    by="extra_checks",
                    exercise=exercise.exercise,
                    max_points=-points,
                    extra_points=points,
                )
            )
    return tuple(found)
