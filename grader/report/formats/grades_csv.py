"""`grades.csv`: one row per student, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.report.stems import utf8
from grader.report.words import exercise_ids, percent
from grader.text import clean_line, number

if TYPE_CHECKING:
    from collections.abc import Callable

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

    A text that a spreadsheet would take for a formula gets a leading apostrophe. Where
    rules or people adjusted a grade, two more columns have what the checks gave and
    which policies adjusted it; where there are letter grades, one more has them.
    """
    ids = exercise_ids(results)
    more = {n: cell for n, cell in _MORE.items() if any(map(cell, results.submissions))}
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    head = ["student", *map(text_cell, ids), "total", "max", "percent", "complete"]
    writer.writerow([*head, *more])
    writer.writerows(
        [*_row(submission, ids), *(cell(submission) for cell in more.values())]
        for submission in results.submissions
    )
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


def _checks_total(submission: SubmissionResult) -> str:
    return _cell(submission.checks_score)


def _adjusted(submission: SubmissionResult) -> str:
    """Return the policies that adjusted a grade, each once, in their order."""
    own = [one for ex in submission.exercises for one in ex.adjustments]
    names = dict.fromkeys(one.by for one in (*own, *submission.adjustments))
    return text_cell(", ".join(names))


def _letter_grade(submission: SubmissionResult) -> str:
    return text_cell(submission.letter_grade or "")


# Columns that are there where anybody has something in them.
_MORE: dict[str, Callable[[SubmissionResult], str]] = {
    "checks_total": _checks_total,
    "adjusted": _adjusted,
    "letter_grade": _letter_grade,
}
