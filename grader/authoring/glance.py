"""What is wrong with checks at a glance: before anything is imported or judged."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.course.sources import source_of
from grader.errors import AuthorError, listed
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course import Course, Exercise

# Marks that leave the sum of the points as it is.
_HARMLESS = frozenset({"depends_on", "about", "visibility", "all_or_nothing"})


@dataclass(frozen=True)
class _Check:
    """A check as its source says; `points` is None where only running it tells."""

    path: Path
    line: int
    name: str
    titled: bool
    points: float | None


def glance(course: Course) -> None:
    """Look at the checks of a course without running them.

    Raises:
        AuthorError: names, titles or points are wrong; the message lists every problem.
    """
    problems = [p for exercise in course.exercises for p in _problems(exercise)]
    if problems:
        raise AuthorError(listed(problems))


def _problems(exercise: Exercise) -> Iterator[str]:
    checks: list[_Check] = []
    for path in exercise.check_files:
        try:
            tree = ast.parse(source_of(path))
        except SyntaxError as error:
            yield (
                f"{path}, line {error.lineno}: expected Python, got an error: "
                f"{error.msg}. Correct that line."
            )
            return
        own = list(_checks(path, tree))
        yield from _twice(own)
        checks += own
    for check in checks:
        if not check.titled:
            yield (
                f"{check.path}, line {check.line}: `{check.name}` has no docstring, "
                f"the title that students read. Write one."
            )
    yield from _sum(exercise, checks)


def _twice(checks: list[_Check]) -> Iterator[str]:
    lines: dict[str, list[_Check]] = {}
    for check in checks:
        lines.setdefault(check.name, []).append(check)
    for name, same in lines.items():
        if len(same) > 1:
            where = " and ".join(str(check.line) for check in same)
            yield (
                f"{same[0].path}, lines {where}: `{name}` is defined {len(same)} "
                f"times, and only the last one runs. Rename the others."
            )


def _sum(exercise: Exercise, checks: list[_Check]) -> Iterator[str]:
    known = [check.points for check in checks if check.points is not None]
    if len(known) < len(checks) or exercise.hidden_checks is None:
        return
    if not math.isclose(sum(known), exercise.points, abs_tol=1e-9):
        each = [f"{one.name} {number(one.points)}" for one in checks if one.points]
        yield (
            f"{exercise.id}: expected checks of {number(exercise.points)} points in "
            f"all, as course.toml says, got {number(sum(known))} "
            f"({', '.join(each) or 'none has any'}). Adjust one of them."
        )


def _checks(path: Path, tree: ast.Module) -> Iterator[_Check]:
    """Yield the checks at top level, and one of unknown points for those in classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            titled = bool((ast.get_docstring(node) or "").strip())
            yield _Check(path, node.lineno, node.name, titled, _points(node))
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield _Check(path, node.lineno, node.name, titled=True, points=None)
        elif isinstance(node, ast.Assign) and _marks_all(node):
            yield _Check(path, node.lineno, "pytestmark", titled=True, points=None)


def _marks_all(node: ast.Assign) -> bool:
    return any(ast.unparse(target) == "pytestmark" for target in node.targets)


def _points(node: ast.FunctionDef) -> float | None:
    """Return the points of a check; None where a mark may change them."""
    total = 0.0
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = ast.unparse(call.func if call else decorator).rpartition(".")[2]
        value = call.args[0] if call and len(call.args) == 1 else None
        if name == "points" and isinstance(value, ast.Constant):
            if not isinstance(value.value, int | float):
                return None
            total = float(value.value)
        elif name not in _HARMLESS:
            return None
    return total
