"""A digest of the files that an exercise's verdicts depend on.

Verdicts do not depend on points, titles and alternatives: after a change of these,
nothing is judged again.
"""

from __future__ import annotations

import ast
import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_POINTS = "points"


def digest_of_files(paths: Iterable[Path], root: Path) -> str:
    """Return a digest of files by their names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        if path.name.startswith("test_"):
            content = checks_without_worth(content)
        name = path.relative_to(root).as_posix().encode("utf-8", "surrogateescape")
        digest.update(b"%d:%s%d:" % (len(name), name, len(content)))
        digest.update(content)
    return digest.hexdigest()


def digest_of_checks(paths: Iterable[Path]) -> str:
    """Return a digest of the source of checks, whatever they are worth."""
    return digest_of_sources(path.read_bytes() for path in paths)


def digest_of_sources(sources: Iterable[bytes]) -> str:
    """Return a digest of what files of checks hold, whatever they are worth."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(checks_without_worth(source))
    return digest.hexdigest()


def checks_without_worth(source: bytes) -> bytes:
    """Return the source of checks without their `points` marks and titles.

    They are cut out of the text, so that the rest does not depend on the version of
    Python. Source that does not parse is returned as it is.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return source
    return b"".join(_lines_without_worth(source, tree))


def digests_of_checks(paths: Iterable[Path]) -> dict[str, str]:
    """Return a digest of each check's own source, whatever it is worth, by its name."""
    found = {}
    for path in paths:
        source = path.read_bytes()
        tree = ast.parse(source)
        lines = _lines_without_worth(source, tree)
        for check in _checks(tree):
            first = min([check.lineno, *(d.lineno for d in check.decorator_list)])
            own = b"".join(lines[first - 1 : check.end_lineno])
            found[check.name] = hashlib.sha256(own).hexdigest()
    return found


def _lines_without_worth(source: bytes, tree: ast.Module) -> list[bytes]:
    """Return the lines of checks with what each is worth cut out of its lines."""
    lines = source.splitlines(keepends=True)
    for check in _checks(tree):
        for part in _worth(check):
            _cut(lines, part)
    return lines


def _checks(scope: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    """Yield what pytest takes for checks: functions at top level and in classes."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef):
            yield from _checks(node)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def _worth(check: ast.FunctionDef) -> list[ast.expr]:
    """Return the parts of a check that only say its points and its title."""
    found: list[ast.expr] = [d for d in check.decorator_list if _is_points(d)]
    first = check.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        found.append(first.value)
    return found


def _is_points(decorator: ast.expr) -> bool:
    """Return whether a decorator is `points(2)`, `mark.points(2)` or the like."""
    called = decorator.func if isinstance(decorator, ast.Call) else None
    if isinstance(called, ast.Attribute):
        return called.attr == _POINTS
    return isinstance(called, ast.Name) and called.id == _POINTS


def _cut(lines: list[bytes], part: ast.expr) -> None:
    """Cut a part out of the lines, and keep their number."""
    first, last = part.lineno - 1, (part.end_lineno or part.lineno) - 1
    end = lines[last][part.end_col_offset or 0 :]
    start = lines[first][: part.col_offset]
    lines[first : last + 1] = [start + b"\0" + end, *[b""] * (last - first)]
