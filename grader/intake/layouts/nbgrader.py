"""The folder of nbgrader: `submitted/<student>/<assignment>/<notebook>.ipynb`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.intake.trees import HandIn
from grader.intake.walking import EntryKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from grader.intake.trees import Tree
    from grader.intake.walking import Found

_SUBMITTED = "submitted"
_TIMESTAMP = "timestamp.txt"
_TIME = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)?\s*(\S*)")


class Nbgrader:
    """Each student has a folder for each assignment, with the time in a file."""

    name = "nbgrader"
    mark = f"{_SUBMITTED}/<student>/<assignment>/, or {_TIMESTAMP} beside the notebooks"
    about: frozenset[str] = frozenset({_TIMESTAMP})

    def recognises(self, tree: Tree) -> bool:
        """Whether an assignment of a student has a time beside it."""
        return any(
            tree.holds(assignment, _TIMESTAMP)
            for student in _students(tree)[:50]
            for assignment in tree.inside_of(student)
            if assignment.kind is EntryKind.FOLDER
        )

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each assignment of each student."""
        for student in _students(tree):
            for assignment in tree.inside_of(student):
                if assignment.kind in (EntryKind.FILE, EntryKind.FOLDER):
                    yield HandIn(student.name, assignment, _time(tree, assignment))


LAYOUT = Nbgrader()


def _students(tree: Tree) -> list[Found]:
    inner = [found for found in tree.folders if found.name == _SUBMITTED]
    if not inner:
        return tree.folders
    return [f for f in tree.inside_of(inner[0]) if f.kind is EntryKind.FOLDER]


def _time(tree: Tree, assignment: Found) -> dt.datetime | None:
    """Return when an assignment was submitted; a zone by name is the course's."""
    for found in (
        tree.inside_of(assignment) if assignment.kind is EntryKind.FOLDER else ()
    ):
        parts = _TIME.match(tree.text(found)) if found.name == _TIMESTAMP else None
        if parts:
            return tree.moment(f"{parts[1]}{'+00:00' if parts[2] == 'UTC' else ''}")
    return None
