"""Several attempts: what further ones cost, and which one counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Adjustment
from grader.policies.arithmetic import exact, lower, percent_of
from grader.policies.saying import counted
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances


def attempts(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what the attempt that counts costs, if it is not a free one."""
    return tuple(_costs(submission, circumstances))


def _costs(
    submission: SubmissionResult, circumstances: Circumstances
) -> Iterator[Adjustment]:
    rules = circumstances.rules.course.attempts
    for exercise in submission.exercises:
        delivery = exercise.delivery
        further = delivery.attempt - rules.free if delivery else 0
        percent = min(float(exact(rules.percent) * further), rules.at_most)
        if further <= 0 or not percent or delivery is None:
            continue
        yield Adjustment(
            points=lower(exercise, percent_of(percent, exercise.score)),
            reason=(
                f"Attempt {delivery.attempt}: {counted(rules.free, 'attempt')} cost "
                f"nothing, each further one costs {number(rules.percent)} %: "
                f"{number(percent)} % less."
            ),
            by="attempts",
            exercise=exercise.exercise,
        )
