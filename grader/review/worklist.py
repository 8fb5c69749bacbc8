"""What an instructor should look at, most useful first."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from grader.model import Outcome
from grader.report.counts import nothing_handed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Results, SubmissionResult


class Item(msgspec.Struct, frozen=True):
    """One thing to look at.

    Attributes:
        why: what all its students have in common, in words.
        about: the exercise and the checks, where it is about some.
        students: who they are.
        exercise: the exercise in which they show a mistake that can be named, if any.
        place: the address of a page of its own, where it has one.
    """

    why: str
    about: str
    students: tuple[str, ...]
    exercise: str = ""
    place: str = ""

    @property
    def key(self) -> str:
        """A digest by which a form tells that it means this item, and no later one."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


def worklist(results: Results) -> tuple[Item, ...]:
    """Return what to look at: grades that are not final first, absences last."""
    return (
        *_those(results, "not final: a check could not be run", _not_final),
        *_by_hand(results),
        *_groups(results),
        *_those(results, "took too long or ended unexpectedly", _stopped),
        *_those(results, "all but one check passed", _near_miss),
        *_those(results, "handed in, no points", _without_points),
        *_those(results, "handed in late", _late),
        *_those(results, "nothing handed in", _absent),
    )


def _those(
    results: Results, why: str, which: Callable[[SubmissionResult], bool]
) -> Iterator[Item]:
    found = tuple(sub.student for sub in results.submissions if which(sub))
    if found:
        yield Item(why, "", found)


def _groups(results: Results) -> Iterator[Item]:
    """Yield the groups of equal behaviour that nothing explains, the largest first."""
    for group in results.unexplained:
        if len(group.students) > 1:
            about = f"{group.exercise}: {', '.join(group.checks)}"
            yield Item(
                "wrong in the same way, which no mistake explains",
                about,
                group.students,
                group.exercise,
            )


def _by_hand(results: Results) -> Iterator[Item]:
    """Yield the checks for which points are to be given by hand, each once."""
    waiting: dict[tuple[str, str], list[str]] = {}
    titles = {}
    for submission in results.submissions:
        for exercise in submission.exercises:
            for check in exercise.undecided:
                if check.waits:
                    key = exercise.exercise, check.name
                    waiting.setdefault(key, []).append(submission.student)
                    titles[key] = check.title
    for key, students in waiting.items():
        exercise_id, name = key
        about = f"{exercise_id}: {titles[key]}"
        place = f"/points/{quote(exercise_id)}/{quote(name)}"
        yield Item("points to give by hand", about, tuple(students), place=place)


def _outcomes(submission: SubmissionResult) -> set[Outcome]:
    return {check.outcome for ex in submission.exercises for check in ex.checks}


def _not_final(submission: SubmissionResult) -> bool:
    return not submission.complete and not all(
        check.waits for ex in submission.exercises for check in ex.undecided
    )


def _stopped(submission: SubmissionResult) -> bool:
    stops = {Outcome.TIMEOUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY}
    return bool(_outcomes(submission) & stops)


def _near_miss(submission: SubmissionResult) -> bool:
    run = [
        [check.outcome for check in ex.checks if check.by_hand is not True]
        for ex in submission.exercises
    ]
    return any(
        sum(outcome is not Outcome.PASSED for outcome in outcomes) == 1
        and len(outcomes) > 1
        for outcomes in run
    )


def _absent(submission: SubmissionResult) -> bool:
    return all(map(nothing_handed_in, submission.exercises))


def _without_points(submission: SubmissionResult) -> bool:
    return submission.score == 0 and not _absent(submission)


def _late(submission: SubmissionResult) -> bool:
    adjusted = [one for ex in submission.exercises for one in ex.adjustments]
    return any(one.by == "late" for one in (*adjusted, *submission.adjustments))
