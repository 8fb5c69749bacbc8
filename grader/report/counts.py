"""What the formats count: shares, what was lost, and the class at a glance."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from grader.model import Outcome

if TYPE_CHECKING:
    from grader.model import CheckResult, ExerciseResult, Results, SubmissionResult


class LostCheck(msgspec.Struct, frozen=True):
    """A check, how many students it has cost points, and how many handed in."""

    exercise: str
    title: str
    students: int
    of: int


def percent(submission: SubmissionResult) -> float | None:
    """Return the share of the points earned, 0 to 100; None if there are no points."""
    if submission.max_score == 0:
        return None
    return round(100 * submission.score / submission.max_score, 2)


def exercise_ids(results: Results) -> tuple[str, ...]:
    """Return the ids of all exercises, in the order in which they first appear."""
    ids = (ex.exercise for sub in results.submissions for ex in sub.exercises)
    return tuple(dict.fromkeys(ids))


def seconds_per_submission(results: Results) -> float:
    """Return the median time that grading one submission took."""
    seconds = [
        sum(exercise.seconds for exercise in submission.exercises)
        for submission in results.submissions
    ]
    return statistics.median(seconds) if seconds else 0.0


def nothing_handed_in(exercise: ExerciseResult) -> bool:
    """Whether there was no file, good or bad, for an exercise."""
    return exercise.file is None and exercise.error is None


def has_lost(check: CheckResult) -> bool:
    """Whether the student's work lost points on a check; what waits has lost none."""
    lost = check.score < check.max_score and not check.waits
    return lost and check.outcome is not Outcome.GRADER_ERROR


def most_lost(results: Results, count: int) -> tuple[LostCheck, ...]:
    """Return the checks that cost the most students points, the most costly first."""
    titles: dict[tuple[str, str], str] = {}
    lost: Counter[tuple[str, str]] = Counter()
    handed_in: Counter[str] = Counter()
    for submission in results.submissions:
        for exercise in submission.exercises:
            if nothing_handed_in(exercise):
                continue
            handed_in[exercise.exercise] += 1
            for check in filter(has_lost, exercise.checks):
                key = (exercise.exercise, check.name)
                titles.setdefault(key, check.title or check.name)
                lost[key] += 1
    return tuple(
        LostCheck(key[0], titles[key], students, handed_in[key[0]])
        for key, students in lost.most_common(count)
    )
