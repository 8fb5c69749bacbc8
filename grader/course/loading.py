"""Reads a folder as a validated `Course`, and reports all its problems at once."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from grader.course.beside import given_in, problems_of
from grader.course.contradictions import contradictions
from grader.course.fingerprint import digest_of_files, digests_of_checks
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
from grader.model import Basis, Limits, Shown
from grader.text import did_you_mean, repeated

SOLUTIONS = "solutions"
EXERCISES = "exercises"
COURSE_FILE = "course.toml"
HIDDEN_CHECKS = "test_hidden.py"
VISIBLE_CHECKS = "test_visible.py"
MISTAKES = "mistakes.py"
ALTERNATIVES = "alternatives.py"
_DEFAULT_POINTS = 10.0
ID = re.compile(r"[a-z][a-z0-9_]*\Z")
_Part = TypeVar("_Part", CourseRules, ExerciseRules)


class Exercise(msgspec.Struct, frozen=True):
    """One exercise of a course: where its files are and what it may use.

    `solution` and `hidden_checks` are None in a student's copy of the course, which
    has only the visible checks. `files` lie beside them and are given out as they are.
    """

    id: str
    title: str
    points: float
    limits: Limits
    visible_checks: Path
    hidden_checks: Path | None = None
    solution: Path | None = None
    learnt: str = ""
    counterexamples: bool = True
    files: tuple[str, ...] = ()
    check_points: dict[str, float] = {}
    shown: Shown = Shown()

    @property
    def check_files(self) -> tuple[Path, ...]:
        """The files with this exercise's checks, visible ones first."""
        both = (self.visible_checks, self.hidden_checks)
        return tuple(path for path in both if path is not None and path.is_file())

    @property
    def folder(self) -> Path:
        """The folder that holds the visible checks."""
        return self.visible_checks.parent

    @property
    def given(self) -> tuple[tuple[str, bytes], ...]:
        """The names and contents of what comes with it: `given.py`, and its files."""
        return given_in(self.folder, self.files)

    @property
    def home(self) -> Path | None:
        """The folder in which its checks find its files by their names, if any."""
        return self.folder if self.files else None

    def fingerprint(self, preload: tuple[str, ...] = ()) -> str:
        """Return a digest of everything that decides a verdict on this exercise.

        That is its checks, solution and mistakes, files beside them that these may
        read, and its limits; not its points, titles and alternatives.

        Args:
            preload: the modules that the course imports beforehand.
        """
        files = digest_of_files(self._own(), self.folder)
        parts: tuple[object, ...] = (self.id, self.limits, self.shown, preload, files)
        # A course that says nothing of them keeps the fingerprint of older kits.
        parts += () if self.counterexamples else ("no counterexamples",)
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()

    def handed_out(self) -> str:
        """Return a digest of all that decides what mistakes show to visible checks."""
        own = [path for path in self._own() if path != self.hidden_checks]
        parts = self.shown, digest_of_files(own, self.folder)
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()

    def edition(self, fingerprint: str) -> str:
        """Return a digest of all that its checks depend on, with points and titles.

        Args:
            fingerprint: its own, as `Course.fingerprints()` returns it.
        """
        written = [path.read_bytes() for path in self.check_files]
        parts = fingerprint, self.points, self.check_points, written
        return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()

    def basis(self, fingerprint: str) -> Basis:
        """Return what its verdicts rest on, check by check.

        Args:
            fingerprint: its own, as `Course.fingerprints()` returns it.
        """
        return Basis(self.id, fingerprint, digests_of_checks(self.check_files))

    def _own(self) -> list[Path]:
        """Return the files that a verdict may depend on, always in the same order."""
        if self.solution is None:
            return [*self.check_files, *(self.folder / name for name in self.files)]
        found = [
            path.relative_to(self.folder)
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != ALTERNATIVES
        ]
        return [
            self.folder / path
            for path in sorted(found)
            if not any(part.startswith((".", "__pycache__")) for part in path.parts)
        ]


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
        """Return the files that students were given to fill in, if known."""
        folders = {ex.id: self.root / EXERCISES / ex.id for ex in self.exercises}
        return {
            name: tuple(
                path
                for path in (folder / f"{name}.py", folder / f"{name}.ipynb")
                if path.is_file()
            )
            for name, folder in folders.items()
        }

    def fingerprints(self) -> dict[str, str]:
        """Return each exercise's fingerprint by its id."""
        return {ex.id: ex.fingerprint(self.preload) for ex in self.exercises}


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
            `["points.csv", "helpers.py"]`. Programs can read and import them.
        check_points: the points of checks by their names, where the mark in the file
            of checks says something else, or nothing.
    """

    title: str
    points: NotNegative = _DEFAULT_POINTS
    learnt: str = ""
    counterexamples: bool | None = None
    limits: dict[str, int | float] = msgspec.field(default_factory=dict)
    files: tuple[str, ...] = ()
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
    wrong = problems_of(folder, entry.files)
    problems += [f"{path}: exercise.{name}.files: {problem}" for problem in wrong]
    return Exercise(
        id=name,
        title=entry.title,
        points=entry.points,
        limits=_limits(table.limits, entry, f"{path}: exercise.{name}", problems),
        visible_checks=folder / VISIBLE_CHECKS,
        hidden_checks=folder / HIDDEN_CHECKS,
        solution=solution_in(folder, problems),
        learnt=entry.learnt,
        counterexamples=(
            table.counterexamples
            if entry.counterexamples is None
            else entry.counterexamples
        ),
        files=entry.files,
        check_points=entry.check_points,
        shown=table.shown,
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
