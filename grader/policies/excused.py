"""Excused: an exercise that a student need not hand in does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.decisions import Excused
from grader.model import Adjustment
from grader.policies.counting import shares, to_excuse
from grader.policies.saying import because

if TYPE_CHECKING:
    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances


def excused(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what takes excused exercises out of the total."""
    if not any(isinstance(one, Excused) for one in circumstances.decisions):
        return ()
    out = {share.exercise for share in to_excuse(submission, circumstances)}
    found = []
    for exercise, share in shares(submission).items():
        decisions = circumstances.decided(Excused, exercise)
        if not decisions:
            continue
        why = f"Excused {because(decisions[-1])}."
        if exercise in out:
            reason = f"{why} The exercise does not count."
            found.append(share.taken_out("excused", reason))
        else:
            reason = f"{why} It counts all the same: the grade is better with it."
            found.append(Adjustment(0.0, reason, "excused", exercise))
    return tuple(found)
