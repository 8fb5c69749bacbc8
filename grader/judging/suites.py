"""The checks of a course, collected and validated, each with its solution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.course.fingerprint import digest_of_checks
from grader.course.stubs import whole_stub_of
from grader.errors import AuthorError, listed
from grader.judging.checks.marks import check_of, needed
from grader.judging.reference import reference_of
from grader.text import did_you_mean, repeated

if TYPE_CHECKING:
    import types
    from collections.abc import Iterable, Iterator

    from grader.course import Exercise
    from grader.model import Check

_SUM_TOLERANCE = 1e-9
_CALLED = re.compile(r"\bstudent\.([A-Za-z]\w*)(?:\.(?:call|gradients?|ops|uses))?\(")


@dataclass(frozen=True)
class Suite:
    """The checks of one exercise, collected, and the solution they compare with.

    `handout` is the exercise as students were given it, and empty where nobody knows.
    `functions` are the names that the checks call, and those of the solution's
    functions.
    """

    exercise: Exercise
    items: tuple[pytest.Function, ...]
    checks: tuple[Check, ...]
    reference: types.ModuleType | None
    digest: str
    handout: str = ""
    functions: frozenset[str] = frozenset()


def suites_of(
    exercises: Iterable[Exercise], items: list[pytest.Item]
) -> dict[str, Suite]:
    """Return the suites by exercise; raise all problems of their authors at once."""
    problems: list[str] = []
    suites = {}
    for exercise in exercises:
        files = {path.resolve() for path in exercise.check_files}
        own = [
            item
            for item in items
            if isinstance(item, pytest.Function) and Path(item.path).resolve() in files
        ]
        try:
            suites[exercise.id] = _suite(exercise, own)
        except AuthorError as error:
            problems.append(str(error))
    if problems:
        raise AuthorError(listed(problems))
    return suites


def _suite(exercise: Exercise, items: list[pytest.Function]) -> Suite:
    named = _named([check_of(item) for item in items], items)
    checks = tuple(
        msgspec.structs.replace(
            check, points=exercise.check_points.get(check.name, check.points)
        )
        for check in named
    )
    problems = _suite_problems(exercise, items, checks)
    if problems:
        raise AuthorError(listed(problems))
    solution = exercise.solution
    reference = None if solution is None else reference_of(exercise)
    return Suite(
        exercise=exercise,
        items=tuple(items),
        checks=checks,
        reference=reference,
        digest=digest_of_checks(exercise.check_files),
        handout="" if solution is None else _handout(exercise),
        functions=_functions(exercise, reference),
    )


def _functions(
    exercise: Exercise, reference: types.ModuleType | None
) -> frozenset[str]:
    """Return the names that the checks call, and those of the solution's functions."""
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in exercise.check_files
    ]
    called = {name for text in texts for name in _CALLED.findall(text)}
    own = vars(reference).items() if reference is not None else ()
    return frozenset(called | {name for name, value in own if callable(value)})


def _suite_problems(
    exercise: Exercise, items: list[pytest.Function], checks: tuple[Check, ...]
) -> list[str]:
    names = [check.name for check in checks]
    problems = [
        f"{exercise.id}: {name}: expected a name used once, found it {times} times."
        for name, times in repeated(names).items()
    ]
    problems += [problem for item in items for problem in _unknown_fixtures(item)]
    for index, item in enumerate(items):
        problems += [
            f"{exercise.id}: {item.name}: depends_on: expected a check above it, got "
            f"{name!r}."
            for name in needed(item)
            if name not in names[:index]
        ]
    problems += [
        f"{exercise.id}: check_points: there is no check `{name}`."
        f"{did_you_mean(name, names)}"
        for name in exercise.check_points
        if name not in names
    ]
    total = sum(check.points for check in checks)
    if exercise.hidden_checks and abs(total - exercise.points) > _SUM_TOLERANCE:
        each = ", ".join(f"{one.name} {one.points:g}" for one in checks if one.points)
        problems.append(
            f"{exercise.id}: expected checks of {exercise.points:g} points in all, as "
            f"course.toml says, got {total:g} ({each or 'none has any'}). Adjust one "
            f"of them."
        )
    if not checks:
        problems.append(f"{exercise.id}: expected at least one check, found none.")
    return problems


def _named(checks: list[Check], items: list[pytest.Function]) -> tuple[Check, ...]:
    """Return checks with names of their own, where two files or classes share one.

    The first keeps its name; another is called by its file or its class.
    """
    named: list[Check] = []
    for check, item in zip(checks, items, strict=True):
        taken = {other.name for other in named}
        owner = item.cls.__name__ if item.cls is not None else Path(item.path).stem
        own = check.name if check.name not in taken else f"{owner}::{check.name}"
        named.append(msgspec.structs.replace(check, name=own))
    return tuple(named)


def _unknown_fixtures(item: pytest.Function) -> Iterator[str]:
    """Yield what a check asks for that nobody gives."""
    info = item._fixtureinfo  # noqa: SLF001 - pytest tells it when the check runs
    given = {name for name in info.name2fixturedefs if not name.startswith("_")}
    callspec = getattr(item, "callspec", None)
    known = given | set(callspec.params if callspec else ()) | {"request"}
    line = item.function.__code__.co_firstlineno
    for name in info.argnames:
        if name not in known:
            yield (
                f"{item.path}, line {line}: `{item.originalname}` asks for `{name}`; "
                f"there are student, reference, draw.{did_you_mean(name, known)}"
            )


def _handout(exercise: Exercise) -> str:
    """Return the stub made of a solution; nothing where none can be made of it."""
    made = pytest.CallInfo.from_call(lambda: whole_stub_of(exercise), when="setup")
    return made.result if made.excinfo is None else ""
