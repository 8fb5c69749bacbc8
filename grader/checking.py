"""A student's own check: runs the visible checks on their files, without a wall."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Self

import msgspec

from grader.course import Course, Exercise, find_visible
from grader.errors import GraderError, StudentError, UsageError, listed
from grader.intake import files_beside, read_program, with_helpers
from grader.intake.naming import match, nearest
from grader.judging import session
from grader.model import Check, ExerciseResult, Verdict, Work
from grader.sandbox.modes import NO_WALL
from grader.scoring import score_work


class Checked(msgspec.Struct, frozen=True):
    """A student's own check of one file."""

    path: Path
    result: ExerciseResult
    faults: tuple[str, ...] = ()


class Checking:
    """A student's own check, again and again; a context whose processes stay warm.

    Args:
        paths: the files, named as they were handed out.
        course: a folder with `exercises/`; else it is looked for around each file.
        open_judges: where judges come from.
    """

    def __init__(
        self,
        paths: tuple[Path, ...],
        course: Path | None,
        *,
        open_judges: session.OpenJudges = session.open_judges,
    ) -> None:
        self._paths = paths
        self._course = course
        self._open_judges = open_judges
        self._stack = ExitStack()
        self._judges: session.Judges | None = None
        self._judged: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def check(self) -> tuple[Checked, ...]:
        """Return what the visible checks say about the files as they are now.

        Raises:
            UsageError: a file or its visible checks cannot be found.
            AuthorError: the checks are wrong.
        """
        exercises = _visible_exercises(self._paths, self._course)
        each = tuple(zip(self._paths, exercises, strict=True))
        works = [_own_work(path, exercise) for path, exercise in each]
        judges = self._judges_of(exercises)
        try:
            found = {id(work): verdict for work, verdict in judges.judge(works)}
            checks = judges.checks
        except GraderError:
            self._close()
            raise
        return tuple(
            _checked(path, work, checks[work.exercise], found.get(id(work)))
            for path, work in zip(self._paths, works, strict=True)
        )

    def _judges_of(self, exercises: tuple[Exercise, ...]) -> session.Judges:
        """Return judges of these exercises, others where the checks have changed."""
        unique = tuple({exercise.id: exercise for exercise in exercises}.values())
        visible = Course(root=exercises[0].folder, title="", exercises=unique)
        fingerprints = visible.fingerprints()
        if self._judges is None or fingerprints != self._judged:
            self._close()
            opened = self._open_judges(visible, sandbox=NO_WALL)
            self._judges = self._stack.enter_context(opened)
            self._judged = fingerprints
        return self._judges

    def _close(self) -> None:
        self._judges = None
        self._stack.close()


def _checked(
    path: Path, work: Work, checks: tuple[Check, ...], verdict: Verdict | None
) -> Checked:
    faults = verdict.faults if verdict else ()
    return Checked(path, score_work(work, checks, verdict, 0.0), faults)


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
            f"ending in .py or .ipynb."
            f"{f' Did you mean {near[0]}?' if len(near) == 1 else ''}"
        )
    return exercises[found.exercise]


def _own_work(path: Path, exercise: Exercise) -> Work:
    """Return a student's own file as work, with an error if it cannot be read."""
    work = Work(student="you", exercise=exercise.id, file=path.name)
    try:
        program = with_helpers(read_program(path), files_beside(path))
    except StudentError as error:
        return msgspec.structs.replace(work, error=str(error))
    return msgspec.structs.replace(
        work, sha256=program.sha256, program=program, notes=program.notes
    )
