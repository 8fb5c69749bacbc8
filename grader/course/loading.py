"""Reads a folder as a validated `Course`, and reports all its problems at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from grader.course.beside import problems_of, problems_of_written
from grader.course.contradictions import contradictions
from grader.course.exercise import HIDDEN_CHECKS, VISIBLE_CHECKS, Exercise
from grader.course.libraries import (
    library_problems,
    modules_of,
    preload_problems,
)
from grader.course.rules import (
    CourseRules,
    ExerciseRules,
    NotNegative,
    Rules,
    rules_of,
)
from grader.course.sources import solution_in
from grader.course.tables import problems_in
from grader.errors import AuthorError, UsageError, listed
from grader.model import Limits, Shown
from grader.text import did_you_mean, repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SOLUTIONS = "solutions"
EXERCISES = "exercises"
COURSE_FILE = "course.toml"
_DEFAULT_POINTS = 10.0
ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_Part = TypeVar("_Part", CourseRules, ExerciseRules)


class Course(msgspec.Struct, frozen=True):
    """A course as loaded: its title, exercises in order of teaching, and rules.

    `libraries` are those that its handout promises; the modules of those that not every
    program may import anyway are in `preload`.
    """

    root: Path
    title: str
    exercises: tuple[Exercise, ...]
    preload: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    rules: Rules = Rules()

    @property
    def ids(self) -> tuple[str, ...]:
        """The exercises' ids, in order."""
        return tuple(exercise.id for exercise in self.exercises)

    def only(self, ids: tuple[str, ...]) -> Course:
        """Return the course reduced to the exercises named.

        Raises:
            UsageError: an id is not an exercise of this course.
        """
        unknown = [name for name in ids if name not in self.ids]
        if unknown:
            raise UsageError(
                listed([_unknown_exercise(name, self.ids) for name in unknown])
            )
        kept = tuple(ex for ex in self.exercises if not ids or ex.id in ids)
        return msgspec.structs.replace(self, exercises=kept)

    @property
    def table(self) -> Path:
        """The course's own file, beside the solutions."""
        return self.root / SOLUTIONS / COURSE_FILE

    def handouts(self) -> dict[str, tuple[Path, ...]]:
        """Return the files that students were given to fill in, if known.

        Those that students write several of are all there, known or not.
        """
        return {ex.id: self._handout(ex) for ex in self.exercises}

    def _handout(self, exercise: Exercise) -> tuple[Path, ...]:
        folder, name = self.root / EXERCISES / exercise.id, exercise.id
        if exercise.written:
            return tuple(folder / each for each in exercise.written)
        forms = (folder / f"{name}.py", folder / f"{name}.ipynb")
        return tuple(path for path in forms if path.is_file())

    def fingerprints(self) -> dict[str, str]:
        """Return each exercise's fingerprint by its id."""
        return {ex.id: ex.fingerprint(self.preload) for ex in self.exercises}


class FilesTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files of an exercise that students write several of: `files.student`.

    Attributes:
        student: the files that they write, as `["model.py", "train.py"]`. They stand
            beside the checks as the solution, each with its own regions; there is no
            `solution.py` then. Each is a module that the others can import.
        given: data and modules that students get as well.
    """

    student: tuple[str, ...]
    given: tuple[str, ...] = ()


class ExerciseTable(ExerciseRules, frozen=True, kw_only=True):
    """One exercise in the course's file: `[exercise.ID]`.

    Attributes:
        title: what the exercise is called.
        points: what the exercise is worth. Its checks must add up to that.
        learnt: what the exercise teaches, in one line; students read it when all their
            checks have passed.
        counterexamples: whether students may see the simplest call on which a function
            of theirs differs from the solution; as the course says where it is left
            out.
        limits: keys of `[limits]` that are different for this exercise.
        files: data and modules beside the solution that students get as well, as
            `["points.csv", "helpers.py"]`. Programs can read and import them. Where
            students write several files, it is a table: `files.student`.
        check_points: the points of checks by their names, where the mark in the file
            of checks says something else, or nothing.
    """

    title: str
    points: NotNegative = _DEFAULT_POINTS
    learnt: str = ""
    counterexamples: bool | None = None
    limits: dict[str, int | float] = msgspec.field(default_factory=dict)
    files: tuple[str, ...] | FilesTable = ()
    check_points: dict[str, NotNegative] = msgspec.field(default_factory=dict)


class CourseTable(CourseRules, frozen=True, kw_only=True):
    """The course's file, `solutions/course.toml`.

    Attributes:
        title: what the course is called, as in the reports.
        exercises: the ids of the exercises in the order of teaching; each is the name
            of a folder beside this file.
        preload: modules to import once, before any submission runs: what every
            solution needs.
        libraries: what the handout promises that programs may import, by the names
            that pip knows. The stubs say so.
        counterexamples: whether students may see the simplest call on which a function
            of theirs differs from the solution.
        limits: what one submission of one exercise may use.
        shown: the learning rate and number of epochs that the text shows, as
            `{rate = 0.01, epochs = 10}`: checks draw others.
        exercise: a table for each exercise that says more than its id.
    """

    title: str
    exercises: list[str]
    preload: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    counterexamples: bool = True
    limits: Limits = Limits()
    shown: Shown = Shown()
    exercise: dict[str, ExerciseTable] = msgspec.field(default_factory=dict)


def load_course(root: Path) -> Course:
    """Return the course in the folder `root`, with its solutions.

    Raises:
        UsageError: there is no course in that folder.
        AuthorError: something in the course is wrong; the message lists every problem.
    """
    path = root / SOLUTIONS / COURSE_FILE
    if not path.is_file():
        raise UsageError(
            f"{root}: expected a course, a folder with {SOLUTIONS}/{COURSE_FILE}, "
            f"found none. Name the course with --course DIR."
        )
    table = _read_table(path)
    problems: list[str] = []
    rules = _rules(table, path, problems)
    exercises = tuple(
        _exercise(table, name, path, problems) for name in table.exercises
    )
    problems += _table_problems(table, path)
    problems += [f"{path}: {problem}" for problem in _of_two(exercises)]
    if problems:
        raise AuthorError(listed(problems))
    return Course(
        root=root,
        title=table.title,
        exercises=exercises,
        preload=(*table.preload, *modules_of(table.libraries)),
        libraries=table.libraries,
        rules=rules,
    )


def _read_table(path: Path) -> CourseTable:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AuthorError(
            f"{path}: expected TOML, got an error: {error}. Correct that line."
        ) from error
    problems = problems_in(raw, CourseTable, str(path))
    if problems:
        raise AuthorError(listed(problems))
    return msgspec.convert(raw, CourseTable)


def _rules(table: CourseTable, path: Path, problems: list[str]) -> Rules:
    found: list[str] = []
    own = {name: table.exercise.get(name) for name in table.exercises}
    rules = rules_of(
        _part(table, CourseRules),
        {name: _part(entry, ExerciseRules) for name, entry in own.items() if entry},
        found,
    )
    points = {
        name: entry.points if entry else _DEFAULT_POINTS for name, entry in own.items()
    }
    problems += [f"{path}: {text}" for text in found or contradictions(rules, points)]
    return rules


def _part(table: msgspec.Struct, kind: type[_Part]) -> _Part:
    """Return those fields of a table that make up a struct that it inherits."""
    return kind(**{name: getattr(table, name) for name in kind.__struct_fields__})


def _unknown_exercise(name: str, ids: tuple[str, ...]) -> str:
    return (
        f"{name}: expected an exercise of this course ({', '.join(ids)})."
        f"{did_you_mean(name, ids)}"
    )


def _exercise(
    table: CourseTable, name: str, path: Path, problems: list[str]
) -> Exercise:
    folder = path.parent / name
    entry = table.exercise.get(name, ExerciseTable(title=name))
    problems += [
        f"{folder / wanted}: expected a file, found none. Every exercise has one."
        for wanted in (VISIBLE_CHECKS, HIDDEN_CHECKS)
        if not (folder / wanted).is_file()
    ]
    files = entry.files
    several = isinstance(files, FilesTable)
    files = files if isinstance(files, FilesTable) else FilesTable((), files)
    wrong = problems_of(folder, files.given)
    wrong += problems_of_written(folder, files.student, files.given, needed=several)
    problems += [f"{path}: exercise.{name}.files: {problem}" for problem in wrong]
    return Exercise(
        id=name,
        title=entry.title,
        points=entry.points,
        limits=_limits(table.limits, entry, f"{path}: exercise.{name}", problems),
        visible_checks=folder / VISIBLE_CHECKS,
        hidden_checks=folder / HIDDEN_CHECKS,
        solution=(
            folder / files.student[0]
            if files.student
            else solution_in(folder, problems)
        ),
        learnt=entry.learnt,
        counterexamples=(
            table.counterexamples
            if entry.counterexamples is None
            else entry.counterexamples
        ),
        files=files.given,
        written=files.student,
        check_points=entry.check_points,
        shown=table.shown,
    )


def _of_two(exercises: Iterable[Exercise]) -> Iterator[str]:
    """Yield which files could be handed in for either of two exercises."""
    whose = {exercise.id: exercise.id for exercise in exercises}
    for exercise in exercises:
        for name in exercise.written:
            other = whose.setdefault(Path(name).stem, exercise.id)
            if other != exercise.id:
                yield (
                    f"exercise.{exercise.id}.files: {name!r} would be a file of "
                    f"{other}, too. Name it otherwise."
                )


def _limits(
    default: Limits, entry: ExerciseTable, where: str, problems: list[str]
) -> Limits:
    merged = {**msgspec.structs.asdict(default), **entry.limits}
    wrong = problems_in(merged, Limits, f"{where}.limits")
    if wrong:
        problems += wrong
        return default
    limits = msgspec.convert(merged, Limits)
    problems += [
        f"{where}.limits.{key}: expected a number above 0, got {value}."
        for key, value in msgspec.structs.asdict(limits).items()
        if not value > 0
    ]
    return limits


def _table_problems(table: CourseTable, path: Path) -> list[str]:
    ids = table.exercises
    problems = [
        f"{path}: exercises: {name!r} is not an id: expected lower-case letters, "
        f"digits and underscores, as in a file's name."
        for name in ids
        if not ID.match(name)
    ]
    problems += [
        f"{path}: exercises: {name!r} is listed {times} times, expected once."
        for name, times in repeated(ids).items()
    ]
    problems += [
        f"{path}: exercise.{name}: not in the list `exercises`."
        f"{did_you_mean(name, ids)}"
        for name in table.exercise
        if name not in ids
    ]
    if not ids:
        problems.append(f"{path}: exercises: expected at least one id, got none.")
    return [
        *problems,
        *preload_problems(table.preload, path),
        *library_problems(table.libraries, path),
    ]
