"""A student's own check: runs the visible checks on their files, without a wall."""

from __future__ import annotations

import json
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from grader.course import Course, Exercise, find_visible
from grader.errors import GraderError, StudentError, UsageError, listed
from grader.files import write_atomically
from grader.intake import (
    files_beside,
    program_of_own,
    read_program,
    with_helpers,
)
from grader.intake.naming import match, nearest
from grader.intake.unsaved import unsaved_notes
from grader.judging import session
from grader.judging.protocol import How
from grader.model import Check, ExerciseResult, Verdict, Work
from grader.report.answer import Standing
from grader.report.standing import standing_of
from grader.sandbox.modes import NO_WALL
from grader.scoring import score_work
from grader.text import NOT_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Sequence

_HOW = How(paste=True)
_ENDINGS = (".py", ".ipynb")
_PROGRESS = ".grader.json"


class Checked(msgspec.Struct, frozen=True):
    """A student's own check of one file, or of `files` that belong together."""

    path: Path
    result: ExerciseResult
    faults: tuple[str, ...] = ()
    standing: Standing = Standing()
    files: tuple[Path, ...] = ()


class Checking:
    """A student's own check, again and again; a context whose processes stay warm.

    Args:
        paths: files, named as they were handed out, and folders of them; none for
            the current folder.
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
        self._followed: tuple[tuple[Path, Exercise], ...] = ()

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
        each = self.files()
        exercises = tuple(exercise for _, exercise in each)
        works = [_own_work(path, exercise) for path, exercise in each]
        judges = self._judges_of(exercises)
        try:
            found = {id(work): verdict for work, verdict in judges.judge(works, _HOW)}
            checks = judges.checks
        except GraderError:
            self._close()
            raise
        return tuple(
            _checked(path, exercise, work, checks[work.exercise], found.get(id(work)))
            for (path, exercise), work in zip(each, works, strict=True)
        )

    def files(self) -> tuple[tuple[Path, Exercise], ...]:
        """Return each file that is checked, with its exercise.

        Raises:
            UsageError: a file or its visible checks cannot be found.
        """
        return _files(self._paths or (Path(),), self._course)

    def watched(self) -> tuple[Path, ...]:
        """Return the files that an answer depends on, whether they are there or not."""
        if not self._followed:
            self._followed = self.files()
        return tuple(
            path
            for own, exercise in self._followed
            for path in (*_own_files(own, exercise), exercise.visible_checks)
        )

    def go_on(self) -> Path | None:
        """Check the next exercise of the course from now on; return its file."""
        _, last = self.files()[-1]
        course = find_visible(last.folder.parent)
        places = [place for place, each in enumerate(course) if each.id == last.id]
        for exercise in course[places[0] + 1 :] if places else ():
            own = own_file(exercise)
            if own is not None:
                self._paths, self._followed = (own,), ()
                return own
        return None

    def remember(self, passed: Sequence[Path]) -> None:
        """Keep which exercises are done, beside them; not where nothing can be kept."""
        for path, exercise in self.files():
            done = _done(exercise.folder.parent)
            now = done | {exercise.id} if path in passed else done - {exercise.id}
            if now != done:
                text = json.dumps({"done": sorted(now)})
                with suppress(OSError):
                    write_atomically(exercise.folder.parent / _PROGRESS, text.encode())

    def progress(self) -> tuple[int, int]:
        """Return how many exercises of the course are done, of how many."""
        folder = self.files()[0][1].folder
        ids = {exercise.id for exercise in find_visible(folder)}
        return len(ids & _done(folder.parent)), len(ids)

    def cancel(self) -> None:
        """End a check that runs in another thread; it raises an error there."""
        if self._judges is not None:
            self._judges.stop()

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
    path: Path,
    exercise: Exercise,
    work: Work,
    checks: tuple[Check, ...],
    verdict: Verdict | None,
) -> Checked:
    faults = verdict.faults if verdict else ()
    result = score_work(work, checks, verdict, 0.0)
    files = _own_files(path, exercise) if exercise.written else ()
    return Checked(path, result, faults, standing_of(exercise, checks), files)


def _files(
    paths: tuple[Path, ...], course: Path | None
) -> tuple[tuple[Path, Exercise], ...]:
    problems = [
        f"{path}: expected a file, found none. Name your .py or .ipynb file."
        for path in paths
        if not path.exists()
    ]
    if problems:
        raise UsageError(listed(problems))
    found = [
        found
        for path in paths
        for found in (
            _in_folder(path, course)
            if path.is_dir()
            else [(path, _visible_exercise(path, course))]
        )
    ]
    # Of files that belong together, one stands for all.
    whole = {(p.parent if e.written else p, e.id): (p, e) for p, e in found[::-1]}
    return tuple(one for one in found if one in whole.values())


def _in_folder(folder: Path, course: Path | None) -> list[tuple[Path, Exercise]]:
    """Return a student's file of each exercise in a folder, or in the course around.

    Raises:
        UsageError: there is none.
    """
    exercises = find_visible((course or folder).absolute())
    inside = [e for e in exercises if e.folder.is_relative_to(folder.absolute())]
    found = []
    for exercise in inside or exercises:
        own = own_file(exercise)
        if own is not None:
            found.append((_as_named(own, folder), exercise))
    if not found:
        raise UsageError(
            f"{folder}: expected files named as exercises in it, "
            f"{', '.join(e.id for e in exercises)}, found none. Name your .py or "
            f".ipynb file."
        )
    return found


def own_file(exercise: Exercise) -> Path | None:
    """Return the student's own file of an exercise, beside its checks.

    Of several, it is the one in which most is written, and of these the newest. Of the
    files that belong together, it is the first that is there.
    """
    if exercise.written:
        return next(filter(Path.is_file, _own_files(exercise.folder, exercise)), None)
    found = [
        path
        for path in sorted(exercise.folder.iterdir())
        if path.suffix in _ENDINGS
        and not path.name.startswith((".", "test_"))
        and match(path.name, (exercise.id,)) is not None
    ]
    return max(found, key=_written, default=None)


def _own_files(path: Path, exercise: Exercise) -> tuple[Path, ...]:
    """Return a student's files of an exercise: one, or those that belong together.

    Args:
        path: one of them; or their folder, where they belong together.
        exercise: the exercise.
    """
    folder = path if path.is_dir() else path.parent
    return tuple(folder / name for name in exercise.written) or (path,)


def _done(folder: Path) -> set[str]:
    """Return the exercises that were done in a course's folder."""
    try:
        return set(json.loads((folder / _PROGRESS).read_bytes())["done"])
    except (OSError, ValueError, LookupError, TypeError):
        return set()


def _written(path: Path) -> tuple[int, float]:
    try:
        return -path.read_bytes().count(NOT_WRITTEN.encode()), path.stat().st_mtime
    except OSError:
        return -1, 0.0


def _as_named(path: Path, folder: Path) -> Path:
    """Return a path as it is below the folder that was named."""
    try:
        return folder / path.relative_to(folder.absolute())
    except ValueError:
        return path


def _visible_exercise(path: Path, course: Path | None) -> Exercise:
    near_by = find_visible((course or path).absolute())
    exercises: dict[str, Exercise] = {}
    for exercise in near_by:
        for name in exercise.written or (exercise.id,):
            # Another folder may hold the same exercise: the first is the nearest.
            exercises.setdefault(Path(name).stem, exercise)
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
        read = files_beside(path)
        own = (
            program_of_own(exercise.written, read)
            if exercise.written
            else read_program(path)
        )
        program = with_helpers(own, read, [name for name, _ in exercise.given])
    except StudentError as error:
        return msgspec.structs.replace(work, error=str(error))
    unsaved = (n for p in _own_files(path, exercise) for n in unsaved_notes(p))
    notes = (*program.notes, *unsaved)
    return msgspec.structs.replace(
        work, sha256=program.sha256, program=program, notes=notes
    )
