"""Adjustments change a result: those of an exercise its score, the others the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.scoring import score_submission, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model import Adjustment, ExerciseResult, SubmissionResult


def to_exercises(
    submission: SubmissionResult, adjustments: tuple[Adjustment, ...]
) -> SubmissionResult:
    """Return the result with adjustments of its exercises.

    Those that name no exercise, or one that is not there, adjust the total.
    """
    if not adjustments:
        return submission
    names = {exercise.exercise for exercise in submission.exercises}
    of_total = tuple(a for a in adjustments if a.exercise not in names)
    exercises = tuple(
        _exercise(ex, tuple(a for a in adjustments if a.exercise == ex.exercise))
        for ex in submission.exercises
    )
    changed = msgspec.structs.replace(submission, exercises=exercises)
    return to_total(changed, of_total)


def to_total(
    submission: SubmissionResult, adjustments: tuple[Adjustment, ...]
) -> SubmissionResult:
    """Return the result with adjustments of its total, and the total computed again."""
    adjustments = submission.adjustments + adjustments
    exercises = submission.exercises
    touched = adjustments or any(exercise.adjustments for exercise in exercises)
    changed = msgspec.structs.replace(
        submission,
        adjustments=adjustments,
        score=_sum((ex.score for ex in exercises), (a.points for a in adjustments)),
        max_score=_sum(
            (ex.max_score for ex in exercises), (a.max_points for a in adjustments)
        ),
        extra_max=_sum(
            (ex.extra_max for ex in exercises), (a.extra_points for a in adjustments)
        ),
    )
    if not touched:
        return changed
    return msgspec.structs.replace(
        changed, checks_score=total(from_checks(exercise) for exercise in exercises)
    )


def unadjusted(submission: SubmissionResult) -> SubmissionResult:
    """Return what the checks gave, as it was before any policy."""
    own = score_submission(
        submission.student, tuple(map(_unadjusted, submission.exercises))
    )
    return msgspec.structs.replace(
        own,
        name=submission.name,
        section=submission.section,
        absent=submission.absent,
    )


def from_checks(exercise: ExerciseResult) -> float:
    """Return what the checks gave, before anything was adjusted."""
    return exercise.score if exercise.checks_score is None else exercise.checks_score


def check_scores(exercise: ExerciseResult) -> dict[str, float]:
    """Return the points of each check, after adjustments of the check itself."""
    scores = {check.name: check.score for check in exercise.checks}
    for adjustment in exercise.adjustments:
        if adjustment.check in scores:
            scores[adjustment.check] = total(
                (scores[adjustment.check], adjustment.points)
            )
    return scores


def _exercise(
    exercise: ExerciseResult, adjustments: tuple[Adjustment, ...]
) -> ExerciseResult:
    if not adjustments:
        return exercise
    return msgspec.structs.replace(
        exercise,
        score=_sum((exercise.score,), (a.points for a in adjustments)),
        max_score=_sum((exercise.max_score,), (a.max_points for a in adjustments)),
        extra_max=_sum((exercise.extra_max,), (a.extra_points for a in adjustments)),
        checks_score=from_checks(exercise),
        adjustments=exercise.adjustments + adjustments,
    )


def _unadjusted(exercise: ExerciseResult) -> ExerciseResult:
    own = exercise.adjustments
    return msgspec.structs.replace(
        exercise,
        score=from_checks(exercise),
        max_score=_sum((exercise.max_score,), (-a.max_points for a in own)),
        extra_max=_sum((exercise.extra_max,), (-a.extra_points for a in own)),
        checks_score=None,
        adjustments=(),
        comments=(),
    )


def _sum(own: Iterable[float], adjusted: Iterable[float]) -> float:
    return total((*own, *adjusted))


def within(submission: SubmissionResult, adjustment: Adjustment) -> Adjustment:
    """Return an adjustment that leaves a score between nothing and all points."""
    named = [ex for ex in submission.exercises if ex.exercise == adjustment.exercise]
    target = named[0] if named else submission
    most = _sum(
        (target.max_score, target.extra_max),
        (adjustment.max_points, adjustment.extra_points),
    )
    score = total((target.score, adjustment.points))
    bounded = max(0.0, min(score, max(most, target.score)))
    return msgspec.structs.replace(adjustment, points=total((bounded, -target.score)))
