"""A source notebook of nbgrader: cells whose metadata say what they are for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from grader.authoring.importing.material import (
    ByHand,
    Material,
    Test,
    asked_in,
    marked,
    title_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEGIN = re.compile(r"^(\s*)#+ ?BEGIN SOLUTION\s*$", re.MULTILINE)
_END = re.compile(r"^(\s*)#+ ?END SOLUTION\s*$", re.MULTILINE)
_HIDDEN = re.compile(
    r"^[ \t]*#+ ?BEGIN HIDDEN TESTS[ \t]*\n.*?^[ \t]*#+ ?END HIDDEN TESTS[ \t]*\n?",
    re.MULTILINE | re.DOTALL,
)
_HIDDEN_MARKER = re.compile(
    r"^[ \t]*#+ ?(BEGIN|END) HIDDEN TESTS[ \t]*\n?", re.MULTILINE
)
_SCHEME = re.compile(
    r"^.*BEGIN MARK SCHEME.*\n(?P<lines>(?:.*\n)*?).*END MARK SCHEME.*\n?",
    re.MULTILINE,
)
_BULLET = re.compile(r"\A\s*(?:[-*+]|\d+[.)])\s+")


def recognises(cells: Sequence[dict[str, Any]]) -> bool:
    """Return whether these are a notebook's cells for nbgrader."""
    return any("nbgrader" in cell.get("metadata", {}) for cell in cells)


def material_of(cells: Sequence[dict[str, Any]]) -> Material:
    """Return what students write, and what tests it."""
    found = Material()
    asked = ""
    for cell in cells:
        about = cell.get("metadata", {}).get("nbgrader", {})
        source = cell["source"]
        if about.get("task"):
            text = _SCHEME.sub("", source)
            found.add_text(text)
            rubric = _rubric(source)
            found.by_hand.append(_by_hand(about, asked_in(text), rubric))
        elif about.get("solution"):
            _answer(found, cell, about, asked)
            asked = ""
        elif about.get("grade"):
            _tests(found, source, about)
            asked = ""
        elif cell["cell_type"] == "code":
            found.add_code(_our_markers(source))
            asked = ""
        else:
            found.add_text(source)
            asked = asked_in(source)
    return found


def _answer(
    found: Material, cell: dict[str, Any], about: dict[str, Any], asked: str
) -> None:
    """Add a cell that students fill in; without markers it is theirs as a whole.

    `asked` is what the text above says: the title, where a person judges the answer.
    """
    if cell["cell_type"] == "code":
        source = _our_markers(cell["source"])
        whole = "# BEGIN SOLUTION" not in source
        found.add_code(marked(source) if whole else source)
    else:
        found.add_text(cell["source"], own_words=True)
    if about.get("grade"):
        found.by_hand.append(_by_hand(about, asked))


def _tests(found: Material, source: str, about: dict[str, Any]) -> None:
    """Add an autograded test cell: all of it earns the points, a part may be seen."""
    name = str(about["grade_id"])
    points = float(about.get("points") or 0)
    public = _HIDDEN.sub("", source)
    title = title_in(public) or title_in(source)
    if public == source:
        found.tests.append(Test(name, source, points, title=title))
        return
    if _does_something(public):
        found.tests.append(Test(name, public, title=title))
    whole = _HIDDEN_MARKER.sub("", source)
    found.tests.append(Test(name, whole, points, hidden=True, title=title))


def _our_markers(source: str) -> str:
    source = _BEGIN.sub(r"\1# BEGIN SOLUTION", source)
    return _END.sub(r"\1# END SOLUTION", source)


def _does_something(source: str) -> bool:
    lines = (line.strip() for line in source.splitlines())
    return any(line and not line.startswith("#") for line in lines)


def _by_hand(about: dict[str, Any], title: str, rubric: tuple[str, ...] = ()) -> ByHand:
    points = float(about.get("points") or 0)
    return ByHand(str(about.get("grade_id", "answer")), points, title, rubric)


def _rubric(source: str) -> tuple[str, ...]:
    """Return what a task's mark scheme counts, line by line."""
    schemes = "\n".join(found["lines"] for found in _SCHEME.finditer(source))
    lines = (_BULLET.sub("", line).strip() for line in schemes.splitlines())
    return tuple(line for line in lines if line)
