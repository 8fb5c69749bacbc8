"""Exercises for extra credit: their points come on top of the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Adjustment
from grader.policies.counting import shares

if TYPE_CHECKING:
    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances


def extra_exercises(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what turns the points of such exercises into points on top."""
    return tuple(
        Adjustment(
            points=0.0,
            reason="Extra credit: the points come on top of the total.",
            by="extra_exercises",
            exercise=exercise,
            max_points=-share.max_score,
            extra_points=share.max_score,
        )
        for exercise, share in shares(submission).items()
        if circumstances.rules.of(exercise).extra
    )
