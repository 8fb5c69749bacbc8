"""Letter grades by thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.policies.arithmetic import exact

if TYPE_CHECKING:
    from grader.course import Rules
    from grader.model import SubmissionResult


def letter_grade(submission: SubmissionResult, rules: Rules) -> str | None:
    """Return the letter of a total; None where it is not final or out of nothing."""
    if not (submission.complete and submission.max_score > 0):
        return None
    percent = 100 * exact(submission.score) / exact(submission.max_score)
    reached = {
        threshold: letter
        for letter, threshold in rules.course.letter_grades.items()
        if percent >= exact(threshold)
    }
    return reached[max(reached)] if reached else None
