"""Grades a class with the course as it is now, for nobody: what would move?

Programs are those that the verdict store keeps. What is judged goes on record, so that
the run that counts need not judge it again; no report and no grade is touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from grader import grading
from grader.course import load_course
from grader.errors import OperatorError
from grader.gradebook import GRADEBOOK_FILE, decisions_in
from grader.intake import Intake, that_may_count
from grader.judging.session import MANY, How, OpenJudges, open_judges
from grader.model import Outcome, Work
from grader.moves import moves
from grader.programs import kept_files
from grader.reached import Reached, judge, recall
from grader.report.formats import results_json
from grader.stores import alone
from grader.verdicts import VERDICTS_FILE, VerdictStore
from grader.vouching import Known, known_checks, vouch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course import Course
    from grader.model import ExerciseResult, Program, Results
    from grader.moves import Moved


class TrialWatcher(Protocol):
    """Whoever watches: told how many programs will be judged, and of each."""

    def planned(self, trials: int) -> None:
        """Told once."""

    def tried(self) -> None:
        """Told after each."""


def what_if(
    out: Path,
    root: Path,
    watcher: TrialWatcher,
    *,
    sandbox: str = "auto",
    jobs: int = 1,
    judges: OpenJudges = open_judges,
) -> tuple[Moved, ...]:
    """Return whose grade would move if everybody was graded now, and why.

    Another attempt may count then.

    Args:
        out: the folder of the reports.
        root: the course's folder, with what was changed.
        watcher: told of the progress.
        sandbox: the tier of the wall.
        jobs: how many programs are judged at a time.
        judges: where judges come from.

    Raises:
        UsageError: there are no results, or another run is at it.
        AuthorError: the course is wrong.
        OperatorError: the machine is not fit, or programs are missing.
    """
    with alone(out):
        before = results_json.read(out)
        return moves(before, _graded(before, out, root, watcher, sandbox, jobs, judges))


def _graded(
    before: Results,
    out: Path,
    root: Path,
    watcher: TrialWatcher,
    sandbox: str,
    jobs: int,
    judges: OpenJudges,
) -> Results:
    """Return the results that grading the same works now would write."""
    course = load_course(root)
    works = _works(before, course, out)
    judged = [work for work in works if work.program is not None]
    many = len(judged) > MANY
    with (
        judges(course, sandbox=sandbox, jobs=jobs, many=many, private=(out,)) as opened,
        VerdictStore(out / VERDICTS_FILE) as store,
    ):
        known = Known(course, store, opened.facts, How())
        checks = known_checks(course.ids, opened, known, ())
        grading.check_names(course, checks)
        suspects = vouch(course, {w.exercise for w in judged}, opened, known, ())
        hows = {name: known.how_for(own) for name, own in suspects.items()}
        reached = Reached(store, len(works))
        to_judge = recall(works, known, hows, (), reached)
        watcher.planned(to_judge.count)
        judge(works, to_judge, opened, reached, lambda *_: watcher.tried())
        bases = tuple(e.basis(known.fingerprints[e.id]) for e in course.exercises)
        decisions = decisions_in(out / GRADEBOOK_FILE)
        scored = grading.score(
            enumerate(works), course, checks, reached, suspects, decisions
        )
        final = tuple(grading.adjust(scored, course, decisions))
    return grading.results_of(course, opened.facts, bases, final, before.left, ())


def _works(results: Results, course: Course, out: Path) -> list[Work]:
    """Return the works of which one may count, as they were handed in."""
    every = tuple(
        work
        for submission in results.submissions
        for own in submission.exercises
        if own.exercise in course.ids
        for work in _attempts(submission.student, own)
    )
    keep = course.rules.course.attempts.keep
    counting = that_may_count(Intake(every, "", ()), keep).work
    with kept_files(out) as kept:
        return [_with(kept(work.exercise, work.sha256), work) for work in counting]


def _attempts(student: str, own: ExerciseResult) -> Iterator[Work]:
    """Yield a student's attempts at one exercise in their order, without programs."""
    outcomes = {check.outcome for check in own.checks}
    whole = own.file is None and outcomes <= {Outcome.NOT_ATTEMPTED}
    counts = Work(
        student,
        own.exercise,
        file=own.file,
        sha256=own.sha256,
        error=own.error if outcomes <= {Outcome.ERROR} else None,
        missing=own.checks[0].message if whole and own.checks else None,
        notes=own.notes,
        delivery=own.delivery,
    )
    others = {one.number: one for one in own.attempts or ()}
    for number in range(1, len(others) + 2):
        one = others.get(number)
        yield (
            counts
            if one is None
            else Work(
                *(student, own.exercise, one.file, one.sha256),
                error=one.error,
                notes=one.notes,
                delivery=one.delivery,
            )
        )


def _with(program: Program | None, work: Work) -> Work:
    """Return a work with its program; without one, it tells what became of it.

    Raises:
        OperatorError: it was read, and its program is not kept.
    """
    if program is not None:
        return msgspec.structs.replace(work, program=program, error=None)
    if work.file is None or work.error is not None:
        return work
    raise OperatorError(
        f"{work.student}, {work.exercise}: the program is not kept any more. Grade "
        f"again; then this can be tried."
    )
