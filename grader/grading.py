"""Grading, step by step: intake, judge, score, record, report."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader import __version__
from grader.course import (
    COURSE_FILE,
    Course,
    Exercise,
    find_visible,
    load_course,
)
from grader.errors import OperatorError, StudentError, UsageError, listed
from grader.gradebook import Gradebook, grade_key
from grader.intake import Intake, find_work, read_program
from grader.intake.naming import match, nearest
from grader.judging.pool import Pool
from grader.judging.protocol import How, Ready, Setup
from grader.model import (
    RESULTS_SCHEMA,
    Check,
    Environment,
    ExerciseResult,
    Results,
    Work,
)
from grader.report import formats, write_reports
from grader.sandbox.host.gate import NO_WALL, Gate
from grader.scoring import score_submission, score_work, unexplained_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

GRADEBOOK_FILE = "gradebook.sqlite"
# From this many works on, preparing the zygote for many forks pays.
_MANY = 30
# For fewer programs another checker takes longer to start than it saves.
_WORTH_A_CHECKER = 4


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


def grade(request: Request, progress: Progress) -> Graded:
    """Grade everything that was handed in and write the reports.

    Raises:
        UsageError: a path or a name is wrong.
        AuthorError: the course or its checks are wrong.
        OperatorError: the machine or the output folder is not fit.
    """
    course = load_course(request.course).only(request.only)
    intake = find_work(request.submissions, course.ids, leave_out=request.out)
    environment = environment_now()
    many = len(intake.work) > _MANY
    with (
        Gate(request.sandbox, course.preload, many=many) as gate,
        Gradebook(_gradebook_path(request.out)) as book,
    ):
        how = How(diagnose=request.reasons)
        desk = _Desk(course, book, environment, gate.name, how)
        remembered = {} if request.fresh else desk.remembered(intake.work)
        to_judge = len(_positions(intake.work, remembered))
        jobs = max(1, min(request.jobs, to_judge // _WORTH_A_CHECKER))
        with Pool(_setup(course), jobs, gate) as pool:
            ready = pool.ready()
            gate.prove(course.root / "solutions" / COURSE_FILE)
            progress.found(intake, len(remembered), to_judge)
            judged = dict(desk.judged(pool, ready, intake.work, remembered, progress))
    found = {**remembered, **judged}
    results = _results(course, intake, environment, gate.name, found)
    return Graded(results, write_reports(results, request.out, request.formats))


class _Desk:
    """Where one run's works are scored, recorded and recalled."""

    def __init__(
        self,
        course: Course,
        book: Gradebook,
        environment: Environment,
        sandbox: str,
        how: How,
    ) -> None:
        self._how = how
        self._book = book
        self._points = {exercise.id: exercise.points for exercise in course.exercises}
        self._fingerprint = course.fingerprint()
        self._environment = environment
        self._sandbox = sandbox

    def remembered(self, works: tuple[Work, ...]) -> dict[int, ExerciseResult]:
        """Return the results of works that an earlier run has graded, by position."""
        found = {
            position: self._book.recall(self._key(work))
            for position, work in enumerate(works)
            if work.program is not None
        }
        return {position: result for position, result in found.items() if result}

    def judged(
        self,
        pool: Pool,
        ready: Ready,
        works: tuple[Work, ...],
        remembered: dict[int, ExerciseResult],
        progress: Progress,
    ) -> Iterator[tuple[int, ExerciseResult]]:
        """Yield position and result of every work that is not remembered."""
        for position, work in enumerate(works):
            if work.program is None:
                yield position, self._scored(work, ready.checks[work.exercise])
        positions = _positions(works, remembered)
        programs = [(works[p].exercise, works[p].program) for p in positions]
        given = [(exercise, program) for exercise, program in programs if program]
        for number, verdict in pool.judge(given, self._how):
            position = positions[number]
            work = works[position]
            checks = ready.checks[work.exercise]
            result = score_work(work, checks, verdict, self._points[work.exercise])
            if result.complete:
                self._book.record(self._key(work), work.student, result)
            for fault in verdict.faults:
                progress.fault(work, fault)
            progress.graded(result, work)
            yield position, result

    def _scored(self, work: Work, checks: tuple[Check, ...]) -> ExerciseResult:
        return score_work(work, checks, None, self._points[work.exercise])

    def _key(self, work: Work) -> str:
        # The whole work, not the file's digest alone: notes and file names differ
        # between two students with the same file.
        content = hashlib.sha256(msgspec.msgpack.encode((work, self._how))).hexdigest()
        return grade_key(
            self._fingerprint,
            work.exercise,
            content,
            grader_version=__version__,
            torch_version=self._environment.torch,
            sandbox=self._sandbox,
        )


class Checked(msgspec.Struct, frozen=True):
    """A student's own check of one file."""

    path: Path
    result: ExerciseResult
    faults: tuple[str, ...] = ()


def check_files(paths: tuple[Path, ...], course: Path | None) -> tuple[Checked, ...]:
    """Return what the visible checks say of a student's files.

    Args:
        paths: the files, named as they were handed out.
        course: a folder with `exercises/`; else it is looked for around each file.

    Raises:
        UsageError: a file or its visible checks cannot be found.
        StudentError: a file cannot be read as a program.
    """
    exercises = _visible_exercises(paths, course)
    works = [_own_work(path, ex) for path, ex in zip(paths, exercises, strict=True)]
    unique = tuple({exercise.id: exercise for exercise in exercises}.values())
    setup = Setup(exercises[0].folder, unique, ())
    with Gate(NO_WALL, ()) as gate, Pool(setup, 1, gate) as pool:
        ready = pool.ready()
        programs = [(work.exercise, work.program) for work in works if work.program]
        verdicts = dict(pool.judge(programs))
    positions = [i for i, work in enumerate(works) if work.program]
    found = {positions[number]: verdict for number, verdict in verdicts.items()}
    return tuple(
        Checked(
            path,
            score_work(work, ready.checks[work.exercise], found.get(i), 0.0),
            found[i].faults if i in found else (),
        )
        for i, (path, work) in enumerate(zip(paths, works, strict=True))
    )


def environment_now() -> Environment:
    """Return the versions that decide numbers here; read, not imported."""
    return Environment(
        python=platform.python_version(), torch=importlib.metadata.version("torch")
    )


def _setup(course: Course) -> Setup:
    return Setup(course.root, course.exercises, course.preload)


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


def _positions(
    works: tuple[Work, ...], remembered: dict[int, ExerciseResult]
) -> list[int]:
    """Return the positions of works with a program that nobody has graded yet."""
    return [
        position
        for position, work in enumerate(works)
        if work.program is not None and position not in remembered
    ]


def _results(
    course: Course,
    intake: Intake,
    environment: Environment,
    sandbox: str,
    found: dict[int, ExerciseResult],
) -> Results:
    by_student: dict[str, list[ExerciseResult]] = {}
    for position, work in enumerate(intake.work):
        by_student.setdefault(work.student, []).append(found[position])
    submissions = tuple(
        score_submission(student, tuple(results))
        for student, results in by_student.items()
    )
    return Results(
        schema=RESULTS_SCHEMA,
        course=course.title,
        grader_version=__version__,
        environment=environment,
        sandbox=sandbox,
        submissions=submissions,
        unexplained=unexplained_groups(submissions),
    )


def _visible_exercises(
    paths: tuple[Path, ...], course: Path | None
) -> tuple[Exercise, ...]:
    problems = [
        f"{path}: expected a file, found {'a folder' if path.is_dir() else 'none'}. "
        f"Name your .py or .ipynb file."
        for path in paths
        if not path.is_file()
    ]
    if problems:
        raise UsageError(listed(problems))
    return tuple(_visible_exercise(path, course) for path in paths)


def _visible_exercise(path: Path, course: Path | None) -> Exercise:
    exercises = {ex.id: ex for ex in find_visible((course or path).absolute())}
    found = match(path.name, tuple(exercises))
    if found is None:
        near = nearest(path.name, tuple(exercises))
        raise UsageError(
            f"{path}: expected a file named as an exercise ({', '.join(exercises)}), "
            f"ending in .py or .ipynb.{f' Did you mean {near}?' if near else ''}"
        )
    return exercises[found.exercise]


def _own_work(path: Path, exercise: Exercise) -> Work:
    """Return a student's own file as work, with an error if it cannot be read."""
    work = Work(student="you", exercise=exercise.id, file=path.name)
    try:
        program = read_program(path)
    except StudentError as error:
        return msgspec.structs.replace(work, error=str(error))
    return msgspec.structs.replace(work, sha256=program.sha256, program=program)
