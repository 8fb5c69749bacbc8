"""`grades.csv`: one row per student, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.report.stems import utf8
from grader.report.words import exercise_ids, number, percent
from grader.text import clean_line

if TYPE_CHECKING:
    from grader.model import Results, SubmissionResult
    from grader.report.formats import Pages

GRADES_FILE = "grades.csv"
# What makes a spreadsheet take a cell for a formula; the wide forms do so in some.
_FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # they are the point
_DIGITS = 6
# As long as a folder's name can be: two students must not become one.
_CAP = 255


def render(results: Results) -> Pages:
    """Return the one page of the grades."""
    return [(GRADES_FILE, utf8(table(results)))]


def table(results: Results) -> str:
    """Return the grades as CSV, every cell quoted.

    A text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    ids = exercise_ids(results)
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(
        ["student", *map(text_cell, ids), "total", "max", "percent", "complete"]
    )
    writer.writerows(_row(submission, ids) for submission in results.submissions)
    return file.getvalue()


def text_cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet computes."""
    line = clean_line(text, _CAP)
    # Both are asked: a blank at the start is gone from the line, or was a disguise.
    risky = text.startswith(_FORMULA_STARTS) or line.startswith(_FORMULA_STARTS)
    return f"'{line}" if risky else line


def _row(submission: SubmissionResult, ids: tuple[str, ...]) -> list[str]:
    scores = {ex.exercise: _cell(ex.score) for ex in submission.exercises}
    return [
        text_cell(submission.student),
        *(scores.get(name, "") for name in ids),
        _cell(submission.score),
        _cell(submission.max_score),
        _cell(percent(submission)),
        "true" if submission.complete else "false",
    ]


def _cell(value: float | None) -> str:
    return "" if value is None else number(value, _DIGITS)
