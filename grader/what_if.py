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
from grader.judging.session import MANY, How, OpenJudges, open_judges
from grader.model import Outcome, Work
from grader.moves import moves
from grader.programs import kept_programs
from grader.reached import Reached, judge, recall
from grader.report.formats import results_json
from grader.stores import alone
from grader.verdicts import VERDICTS_FILE, VerdictStore
from grader.vouching import Known, known_checks, vouch

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import ExerciseResult, Program, Results
    from grader.moves import Moved
    from grader.report.options import Programs


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

    Only the attempts that count now are known.

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
    works = _works(before, course.ids, kept_programs(before, out))
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


def _works(results: Results, ids: tuple[str, ...], programs: Programs) -> list[Work]:
    """Return the works that count in results, as they were handed in."""
    return [
        _work(submission.student, own, programs(submission.student, own.exercise))
        for submission in results.submissions
        for own in submission.exercises
        if own.exercise in ids
    ]


def _work(student: str, own: ExerciseResult, program: Program | None) -> Work:
    """Return one work; without its program, it is only told what became of it.

    Raises:
        OperatorError: it was judged, and its program is not kept.
    """
    work = Work(
        student,
        own.exercise,
        file=own.file,
        sha256=own.sha256,
        program=program,
        notes=own.notes,
        delivery=own.delivery,
    )
    if program is not None:
        return work
    outcomes = {check.outcome for check in own.checks}
    if own.file is None and outcomes <= {Outcome.NOT_ATTEMPTED}:
        missing = own.checks[0].message if own.checks else None
        return msgspec.structs.replace(work, missing=missing)
    if own.error is not None and outcomes <= {Outcome.ERROR}:
        return msgspec.structs.replace(work, error=own.error)
    raise OperatorError(
        f"{student}, {own.exercise}: the program is not kept any more. Grade again; "
        f"then this can be tried."
    )
