"""A source notebook of nbgrader: cells whose metadata say what they are for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from grader.authoring.importing.material import Material, Test, marked, title_in

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
    r"^.*BEGIN MARK SCHEME.*\n.*?^.*END MARK SCHEME.*\n?", re.MULTILINE | re.DOTALL
)


def recognises(cells: Sequence[dict[str, Any]]) -> bool:
    """Return whether these are a notebook's cells for nbgrader."""
    return any("nbgrader" in cell.get("metadata", {}) for cell in cells)


def material_of(cells: Sequence[dict[str, Any]]) -> Material:
    """Return what students write, and what tests it."""
    found = Material()
    for cell in cells:
        about = cell.get("metadata", {}).get("nbgrader", {})
        source = cell["source"]
        if about.get("task"):
            found.add_text(_SCHEME.sub("", source))
            _by_hand(found, about)
        elif about.get("solution"):
            _answer(found, cell, about)
        elif about.get("grade"):
            _tests(found, source, about)
        elif cell["cell_type"] == "code":
            found.add_code(_our_markers(source))
        else:
            found.add_text(source)
    return found


def _answer(found: Material, cell: dict[str, Any], about: dict[str, Any]) -> None:
    """Add a cell that students fill in; without markers it is theirs as a whole."""
    if cell["cell_type"] == "code":
        source = _our_markers(cell["source"])
        whole = "# BEGIN SOLUTION" not in source
        found.add_code(marked(source) if whole else source)
    else:
        found.add_text(cell["source"], own_words=True)
    if about.get("grade"):
        _by_hand(found, about)


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


def _by_hand(found: Material, about: dict[str, Any]) -> None:
    found.lost.append(
        f"{about.get('grade_id', 'a cell')}: {float(about.get('points') or 0):g} "
        f"points that a person gives. They are not part of the exercise's points."
    )
