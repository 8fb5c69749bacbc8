"""Blackboard: the grade centre's download, one column of it filled in."""

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

NAME = "blackboard"
BLACKBOARD_FILE = "blackboard/gradebook.csv"
STRANGERS_FILE = "blackboard/not-matched.txt"
# As in: Homework 1 [Total Pts: 40 Score] |123456.
_COLUMN = re.compile(
    r"\A(.{0,200}?)\s{0,9}\[[^\]\d.,]{0,99}([\d.,]{1,20})[^\]]{0,99}\]"
    r"\s{0,9}\|\s{0,9}(\d{1,30})\s{0,9}"
)
_KNOWN_BY = ("Username", "Student ID", "Child Course ID")
_FOLDER_NAME = re.compile(r"\A(?:.*_)?([^_]+)_attempt_[\d-]+\Z")


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
        else table.one(_COLUMN, results.course, "--blackboard-column")
    )
    known = _COLUMN.fullmatch(table.head[column])
    full = number_in(known.group(2)) if known else None
    matched = match(results, table.rows, _keys_of(table), called)
    for index, submission in matched.rows.items():
        table.rows[index][column] = scaled(submission, full)
    told = not_matched(matched, "rows of the Blackboard table", sheet.name)
    return [(BLACKBOARD_FILE, table.written()), (STRANGERS_FILE, told)]


def called(submission: SubmissionResult) -> frozenset[str]:
    """Return what Blackboard may call a student: the name, or the user's."""
    found = _FOLDER_NAME.match(submission.student)
    names = {submission.student} | ({found.group(1)} if found else set())
    return frozenset(map(plain, names))


def _keys_of(table: SheetTable) -> Callable[[Sequence[str]], Keys]:
    columns = [table.column(name) for name in _KNOWN_BY]
    first, last = table.column("First Name"), table.column("Last Name")

    def keys(row: Sequence[str]) -> Keys:
        known = [frozenset({plain(row[i])}) for i in columns if i is not None]
        if first is not None and last is not None:
            names = {f"{row[first]} {row[last]}", f"{row[last]} {row[first]}"}
            known.append(frozenset(map(plain, names)))
        return tuple(known)

    return keys
