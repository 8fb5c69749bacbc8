"""Makes an exercise of what was written for nbgrader, otter-assign or Gradescope."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import msgspec

from grader.authoring.importing import nbgrader, otter, unittests
from grader.authoring.importing.checks import Rewriter
from grader.course.stubs import stub_of
from grader.errors import AuthorError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from grader.authoring.importing.material import Material

_MISTAKES = '"""Wrong variants, each with its question."""\n\nMISTAKES = []\n'
_ALTERNATIVES = '"""Right variants, in other styles."""\n\nALTERNATIVES = []\n'


class Imported(msgspec.Struct, frozen=True):
    """An exercise made of another tool's: its files by name, points, and what is lost.

    `tool` is the tool's name.
    """

    tool: str
    files: dict[str, str]
    points: float
    lost: tuple[str, ...]


def imported(path: Path, solution: Path | None = None) -> Imported:
    """Return what becomes of a notebook or a file of tests.

    Args:
        path: a source notebook of nbgrader, a master notebook of otter-assign, or a
            file of unittest classes.
        solution: the solution that a file of tests is for; a notebook has its own.

    Raises:
        UsageError: the file is none of these, or lacks its solution.
        AuthorError: it is not written as the tool wants it.
    """
    tool, material = _material(path, solution)
    if not (material.tests or material.by_hand):
        material.lost.append("there is no test. Write a check.")
    try:
        rewriter = Rewriter(material)
        visible, some = rewriter.checks(hidden=False)
        hidden, others = rewriter.checks(hidden=True)
        stub_of(material.solution, str(path))
    except (SyntaxError, AuthorError) as error:
        raise AuthorError(
            f"{path}: no exercise can be made of it: {error} Correct it, and import it "
            f"again."
        ) from error
    files = {
        "solution.py": material.solution,
        "test_visible.py": visible,
        "test_hidden.py": hidden,
        "mistakes.py": _MISTAKES,
        "alternatives.py": _ALTERNATIVES,
    }
    return Imported(tool, files, round(some + others, 6), tuple(material.lost))


def _material(path: Path, solution: Path | None) -> tuple[str, Material]:
    text = _text(path)
    if path.suffix == ".ipynb":
        cells = _cells(path, text)
        for name, tool in (("otter-assign", otter), ("nbgrader", nbgrader)):
            if tool.recognises(cells):
                return name, tool.material_of(cells)
        raise UsageError(
            f"{path}: expected a source notebook of nbgrader or a master notebook of "
            f"otter-assign, got one without their marks. With `# BEGIN SOLUTION` and "
            f"`# END SOLUTION` in it, it can be a solution as it is."
        )
    try:
        tests = unittests.recognises(text)
    except SyntaxError as error:
        raise UsageError(f"{path}: expected Python, got an error: {error}.") from error
    if not tests:
        raise UsageError(f"{path}: expected classes of unittest.TestCase, found none.")
    if solution is None:
        raise UsageError(f"{path}: name the solution of these tests: --solution FILE.")
    return "Gradescope", unittests.material_of(text, _text(solution), solution.stem)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: expected a file in UTF-8 that can be read, got an error: {error}."
        ) from error


def _cells(path: Path, text: str) -> list[dict[str, object]]:
    """Return a notebook's cells, the source of each as one text."""
    try:
        cells = json.loads(text)["cells"]
        return [{**cell, "source": "".join(cell["source"])} for cell in cells]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: expected a notebook, got an error: {error}."
        ) from error


def modules_in(source: str) -> list[str]:
    """Return the packages that a source imports at top level."""
    found: dict[str, None] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found |= dict.fromkeys(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module.split(".")[0]] = None
    return list(found)
