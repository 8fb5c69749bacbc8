"""The total is rounded: once, at the end."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.model import Adjustment
from grader.policies.arithmetic import exact, rounded
from grader.scoring import total
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Rounding
    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances

_METHODS: dict[str, Callable[[Fraction], int]] = {
    "half_up": lambda count: math.floor(count + Fraction(1, 2)),
    "half_even": round,
    "up": math.ceil,
    "down": math.floor,
}


def rounding(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what rounding adds or takes, never beyond what can be reached."""
    rules = circumstances.rules.course.rounding
    if rules is None:
        return ()
    most = total((submission.max_score, submission.extra_max))
    new = min(round_points(submission.score, rules), max(most, submission.score))
    if new == submission.score:
        return ()
    reason = (
        f"The total is rounded to multiples of {number(rules.to, 6)}: "
        f"{number(submission.score, 6)} becomes {number(new, 6)}."
    )
    return (Adjustment(total((new, -submission.score)), reason, "rounding"),)


def round_points(points: float, rules: Rounding) -> float:
    """Return points as the nearest multiple that the rule asks for."""
    step = exact(rules.to)
    return rounded(_METHODS[rules.method](exact(points) / step) * step)
