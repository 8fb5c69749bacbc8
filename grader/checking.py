"""A student's own check: the visible checks on their own files, without a wall."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.course import Course, Exercise, find_visible
from grader.errors import StudentError, UsageError, listed
from grader.intake import read_program
from grader.intake.naming import match, nearest
from grader.judging import session
from grader.model import NO_WALL, ExerciseResult, Work
from grader.scoring import score_work


class Checked(msgspec.Struct, frozen=True):
    """A student's own check of one file."""

    path: Path
    result: ExerciseResult
    faults: tuple[str, ...] = ()


def check_files(
    paths: tuple[Path, ...],
    course: Path | None,
    *,
    open_judges: session.OpenJudges = session.open_judges,
) -> tuple[Checked, ...]:
    """Return what the visible checks say of a student's files.

    Args:
        paths: the files, named as they were handed out.
        course: a folder with `exercises/`; else it is looked for around each file.
        open_judges: where judges come from.

    Raises:
        UsageError: a file or its visible checks cannot be found.
        StudentError: a file cannot be read as a program.
    """
    exercises = _visible_exercises(paths, course)
    works = [_own_work(path, ex) for path, ex in zip(paths, exercises, strict=True)]
    unique = tuple({exercise.id: exercise for exercise in exercises}.values())
    visible = Course(root=exercises[0].folder, title="", exercises=unique)
    with open_judges(visible, sandbox=NO_WALL) as judges:
        found = {id(work): verdict for work, verdict in judges.judge(works)}
        checks = judges.checks
    verdicts = [found.get(id(work)) for work in works]
    return tuple(
        Checked(
            path,
            score_work(work, checks[work.exercise], verdict, 0.0),
            verdict.faults if verdict else (),
        )
        for path, work, verdict in zip(paths, works, verdicts, strict=True)
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
