"""Weights: what each exercise counts in the total."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.model import Adjustment
from grader.policies.arithmetic import exact, rounded
from grader.policies.saying import of_points
from grader.scoring import total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances


def weights(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what turns each exercise's points into its part of the total."""
    return tuple(_weighed(submission, circumstances))


def _weighed(
    submission: SubmissionResult, circumstances: Circumstances
) -> Iterator[Adjustment]:
    # The sums are rounded, not the parts: three thirds of a point are a point.
    running = Fraction(0)
    for exercise in submission.exercises:
        weight = circumstances.rules.of(exercise.exercise).weight
        if weight is None or not exercise.max_score:
            continue
        scale = exact(weight) / exact(exercise.max_score)
        before, running = running, running + exact(exercise.score) * scale
        if scale == 1:
            continue
        counts = total((rounded(running), -rounded(before)))
        earned = of_points(exercise.score, exercise.max_score)
        yield Adjustment(
            points=total((counts, -exercise.score)),
            reason=f"{earned} count as {of_points(counts, weight)}.",
            by="weights",
            exercise=exercise.exercise,
            max_points=total((weight, -exercise.max_score)),
            extra_points=total(
                (rounded(exact(exercise.extra_max) * scale), -exercise.extra_max)
            ),
        )
