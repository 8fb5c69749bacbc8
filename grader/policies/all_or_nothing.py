"""Checks that earn their points only together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Adjustment
from grader.policies.applying import check_scores
from grader.scoring import total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import ExerciseResult, SubmissionResult
    from grader.policies.circumstances import Circumstances


def all_or_nothing(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what is taken from checks whose group did not earn all its points."""
    return tuple(
        adjustment
        for exercise in submission.exercises
        for group in _groups(exercise, circumstances)
        for adjustment in _taken(exercise, group)
    )


def _groups(
    exercise: ExerciseResult, circumstances: Circumstances
) -> tuple[tuple[str, ...], ...]:
    groups = circumstances.rules.of(exercise.exercise).all_or_nothing
    if isinstance(groups, bool):
        return (tuple(check.name for check in exercise.checks),) if groups else ()
    return groups


def _taken(exercise: ExerciseResult, group: tuple[str, ...]) -> Iterator[Adjustment]:
    scores = check_scores(exercise)
    checks = [check for check in exercise.checks if check.name in group]
    missed = [check for check in checks if scores[check.name] < check.max_score]
    earned = [check for check in checks if scores[check.name] > 0]
    if not missed:
        return
    reason = (
        f"These {len(checks)} checks earn their points only together, and "
        f'"{missed[0].title or missed[0].name}" did not pass.'
    )
    for check in earned:
        yield Adjustment(
            points=total((-scores[check.name],)),
            reason=reason,
            by="all_or_nothing",
            exercise=exercise.exercise,
            check=check.name,
        )
