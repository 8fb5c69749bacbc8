"""A person's score takes the place of what the checks gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.decisions import Override
from grader.model import OVERRIDE, Adjustment
from grader.policies.saying import because, of_points
from grader.scoring import total

if TYPE_CHECKING:
    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances


def of_checks(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what the overrides of single checks change; the last of each counts.

    All other rules go on from there.
    """
    return tuple(
        _set(override, exercise.exercise, check.score, check.max_score)
        for exercise in submission.exercises
        for latest in [_latest(circumstances, exercise.exercise)]
        for check in exercise.checks
        for override in [latest.get(check.name)]
        if override is not None
    )


def of_exercises(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what the overrides of whole exercises change; the last of each counts.

    They come after lateness and attempts: the score is what the person said.
    """
    return tuple(
        _set(
            override,
            exercise.exercise,
            exercise.score,
            total((exercise.max_score, exercise.extra_max)),
        )
        for exercise in submission.exercises
        for override in [_latest(circumstances, exercise.exercise).get(None)]
        if override is not None
    )


def _latest(circumstances: Circumstances, exercise: str) -> dict[str | None, Override]:
    overrides = circumstances.decided(Override, exercise)
    return {override.check: override for override in overrides}


def _set(override: Override, exercise: str, score: float, most: float) -> Adjustment:
    new = min(max(override.score, 0.0), most)
    return Adjustment(
        points=total((new, -score)),
        reason=f"Set to {of_points(new, most)} {because(override)}.",
        by=OVERRIDE,
        exercise=exercise,
        check=override.check,
    )
