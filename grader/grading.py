"""Grading, step by step: intake, judge, score, record, report."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader.course import Course, load_course
from grader.errors import OperatorError, UsageError
from grader.gradebook import Gradebook, grade_key
from grader.intake import Intake, find_work
from grader.judging import session
from grader.judging.session import How, Judges
from grader.model import (
    RESULTS_SCHEMA,
    Check,
    Environment,
    ExerciseResult,
    Facts,
    Results,
    Work,
)
from grader.report import formats, write_reports
from grader.scoring import score_submission, score_work, unexplained_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

GRADEBOOK_FILE = "gradebook.sqlite"
# Whose work, for which exercise.
_Place = tuple[str, str]


class Request(msgspec.Struct, frozen=True):
    """What the instructor asked for."""

    submissions: tuple[Path, ...]
    course: Path
    out: Path
    jobs: int
    only: tuple[str, ...] = ()
    formats: tuple[str, ...] = formats.DEFAULT
    sandbox: str = "auto"
    fresh: bool = False
    reasons: bool = True


class Progress(Protocol):
    """Whoever watches a run."""

    def found(self, intake: Intake, remembered: int, to_judge: int) -> None:
        """Told once: what was handed in, and how much of it is graded already."""

    def graded(self, result: ExerciseResult, work: Work) -> None:
        """Told after each work that was judged."""

    def fault(self, work: Work, text: str) -> None:
        """Told what went wrong in a check or a solution, for the instructor."""


class Graded(msgspec.Struct, frozen=True):
    """A run that ended: its results, and the files written."""

    results: Results
    files: tuple[Path, ...]


def grade(
    request: Request,
    progress: Progress,
    *,
    open_judges: session.OpenJudges = session.open_judges,
) -> Graded:
    """Grade everything that was handed in and write the reports.

    Raises:
        UsageError: a path or a name is wrong.
        AuthorError: the course or its checks are wrong.
        OperatorError: the machine or the output folder is not fit.
    """
    course = load_course(request.course).only(request.only)
    intake = find_work(request.submissions, course.ids, request.out, course.handouts())
    with (
        open_judges(course, sandbox=request.sandbox, jobs=request.jobs) as judges,
        Gradebook(_gradebook_path(request.out)) as book,
    ):
        how = How(diagnose=request.reasons)
        desk = _Desk(course, book, judges, how)
        remembered = {} if request.fresh else desk.remembered(intake.work)
        left = [work for work in intake.work if _place(work) not in remembered]
        to_judge = sum(work.program is not None for work in left)
        progress.found(intake, len(remembered), to_judge)
        judged = dict(desk.judged(left, progress))
    found = {**remembered, **judged}
    results = _results(course, intake, judges.facts, found)
    return Graded(results, write_reports(results, request.out, request.formats))


class _Desk:
    """Where one run's works are scored, recorded and recalled."""

    def __init__(
        self, course: Course, book: Gradebook, judges: Judges, how: How
    ) -> None:
        self._how = how
        self._book = book
        self._judges = judges
        self._points = {exercise.id: exercise.points for exercise in course.exercises}
        self._fingerprints = course.fingerprints()

    def remembered(self, works: tuple[Work, ...]) -> dict[_Place, ExerciseResult]:
        """Return the results of works that an earlier run has graded."""
        found = {
            _place(work): self._book.recall(self._key(work))
            for work in works
            if work.program is not None
        }
        return {place: result for place, result in found.items() if result}

    def judged(
        self, works: list[Work], progress: Progress
    ) -> Iterator[tuple[_Place, ExerciseResult]]:
        """Yield the result of every work that is not remembered."""
        checks = self._judges.checks
        for work in works:
            if work.program is None:
                yield _place(work), self._scored(work, checks[work.exercise])
        for work, verdict in self._judges.judge(works, self._how):
            own = checks[work.exercise]
            result = score_work(work, own, verdict, self._points[work.exercise])
            if result.complete:
                self._book.record(self._key(work), work.student, result)
            for fault in verdict.faults:
                progress.fault(work, fault)
            progress.graded(result, work)
            yield _place(work), result

    def _scored(self, work: Work, checks: tuple[Check, ...]) -> ExerciseResult:
        return score_work(work, checks, None, self._points[work.exercise])

    def _key(self, work: Work) -> str:
        # The whole work, not the file's digest alone: notes and file names differ
        # between two students with the same file.
        content = hashlib.sha256(msgspec.msgpack.encode((work, self._how))).hexdigest()
        facts = self._judges.facts
        points = f"{self._points[work.exercise]}"
        return grade_key(
            self._fingerprints[work.exercise] + points,
            work.exercise,
            content,
            grader_version=facts.kit,
            torch_version=facts.torch,
            sandbox=facts.wall,
        )


def _place(work: Work) -> _Place:
    return work.student, work.exercise


def _gradebook_path(out: Path) -> Path:
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: expected a folder, found a file. Name another.")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperatorError(
            f"--out {out}: expected a folder that can be made, got an error: "
            f"{error.strerror}. Name another."
        ) from error
    return out / GRADEBOOK_FILE


def _results(
    course: Course,
    intake: Intake,
    facts: Facts,
    found: dict[_Place, ExerciseResult],
) -> Results:
    by_student: dict[str, list[ExerciseResult]] = {}
    for work in intake.work:
        by_student.setdefault(work.student, []).append(found[_place(work)])
    submissions = tuple(
        score_submission(student, tuple(results))
        for student, results in by_student.items()
    )
    return Results(
        schema=RESULTS_SCHEMA,
        course=course.title,
        grader_version=facts.kit,
        environment=Environment(facts.python, facts.torch),
        sandbox=facts.wall,
        submissions=submissions,
        unexplained=unexplained_groups(submissions),
        left=intake.left,
    )
