"""Judges one submission again, with the draws it met, and traces every check."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec

from grader.course import load_course
from grader.errors import UsageError
from grader.intake import IntakeOptions, find_work, that_may_count
from grader.judging.session import How, Task, open_judges
from grader.model import Verdict, Work
from grader.traces import Trace

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import Course


class Replayed(msgspec.Struct, frozen=True):
    """A submission's work, the verdict, and a trace of each check that ran."""

    work: Work
    verdict: Verdict
    traces: tuple[Trace, ...]


def replay(
    student: str,
    exercise: str,
    submissions: Path,
    root: Path,
    sandbox: str,
    roster: Path | None = None,
) -> Replayed:
    """Return what all checks see of one submission, with the draws of its grading.

    Args:
        student: as the reports name them.
        exercise: its id.
        submissions: the folder or archive that was graded.
        root: the course's folder.
        sandbox: the tier of the wall.
        roster: the class list that it was graded with.

    Raises:
        UsageError: there is no such student, exercise or file.
        AuthorError: the course is wrong.
        OperatorError: the machine is not fit.
    """
    whole = load_course(root)
    course = whole.only((exercise,))
    work = _work(student, exercise, submissions, whole, roster)
    if work.program is None:
        why = work.error or work.missing or "Nothing was handed in."
        raise UsageError(
            f"{student}, {exercise}: expected a program, found none. {why}"
        )
    task = Task(exercise, work.program, How(trace=True))
    with open_judges(course, sandbox=sandbox) as judges:
        ((_, verdict, extras),) = judges.examine([task])
    return Replayed(work, verdict, extras.traces)


def _work(
    student: str, exercise: str, submissions: Path, course: Course, roster: Path | None
) -> Work:
    options = IntakeOptions(roster=roster, zone=course.rules.zone)
    intake = find_work(
        (submissions,),
        course.ids,
        handouts=course.handouts(),
        options=options,
        given={ex.id: dict(ex.given) for ex in course.exercises},
    )
    found = that_may_count(intake, course.rules.course.attempts.keep).work
    for work in found:
        if (work.student, work.exercise) == (student, exercise):
            return work
    students = dict.fromkeys(work.student for work in found)
    near = difflib.get_close_matches(student, students, n=1)
    raise UsageError(
        f"{student}: expected a student in {submissions}, found none of that name."
        f"{f' Did you mean {near[0]}?' if near else ''}"
    )
