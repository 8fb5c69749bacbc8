"""Canvas: the instructor's own gradebook export, one column of it filled in.

The table has a row `Points Possible` after the heading, and a column `Title (id)` per
assignment. A column that it does not know would create an assignment, so none is added.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.report.sheets import (
    Keys,
    SheetTable,
    asked_for,
    match,
    not_matched,
    parse,
    plain,
    scaled,
)
from grader.text import number_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.model import Results, SubmissionResult
    from grader.report.formats import Pages
    from grader.report.options import Options

NAME = "canvas"
CANVAS_FILE = "canvas/gradebook.csv"
STRANGERS_FILE = "canvas/not-matched.txt"
_ASSIGNMENT = re.compile(r"\A(.*\S)\s*\((\d+)\)\s*")
_BETWEEN = re.compile(r"[\W_]+")
_KNOWN_BY = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_POSSIBLE = "points possible"
_EXCUSED = "EX"
# A folder of Canvas's own download: name, perhaps LATE, the user's number.
_FOLDER_NAME = re.compile(r"\A(.+?)(?:_LATE)?_(?:anon_)?(\d+)\Z")


def render(results: Results, options: Options) -> Pages:
    """Return the filled table, and who is not in it.

    Raises:
        UsageError: there is no table, or it is not clear which column to fill.
    """
    sheet = asked_for(options, NAME)
    table = parse(sheet)
    column = (
        table.asked(sheet.column)
        if sheet.column
        else table.one(_ASSIGNMENT, results.course, "--canvas-column")
    )
    possible = [row for row in table.rows if _is_possible(row)]
    full = number_in(possible[0][column]) if possible else None
    students = [row for row in table.rows if not _is_possible(row)]
    matched = match(results, students, _keys_of(table), called)
    for index, submission in matched.rows.items():
        if students[index][column].strip().upper() != _EXCUSED:
            students[index][column] = scaled(submission, full)
    told = not_matched(matched, "rows of the Canvas table", sheet.name)
    return [(CANVAS_FILE, table.written()), (STRANGERS_FILE, told)]


def called(submission: SubmissionResult) -> frozenset[str]:
    """Return what Canvas may call a student: the name, its number, its parts."""
    names = {submission.student}
    found = _FOLDER_NAME.match(submission.student)
    if found:
        names |= {found.group(1), found.group(2)}
    return frozenset(map(plain, names))


def _keys_of(table: SheetTable) -> Callable[[Sequence[str]], Keys]:
    columns = [table.column(name) for name in _KNOWN_BY]
    name = table.column("Student")

    def keys(row: Sequence[str]) -> Keys:
        known = [frozenset({plain(row[i])}) for i in columns if i is not None]
        if name is not None:
            known.append(_name_forms(row[name]))
        return tuple(known)

    return keys


def _name_forms(name: str) -> frozenset[str]:
    """Return a name as it is sorted, as it is said, and as a download has it."""
    last, comma, first = name.partition(",")
    forms = {name, f"{first} {last}"} if comma else {name}
    forms |= {_BETWEEN.sub("", form) for form in (name, f"{last}{first}")}
    return frozenset(map(plain, forms)) - {""}


def _is_possible(row: Sequence[str]) -> bool:
    return plain(row[0]) == _POSSIBLE
