"""`grades.xlsx`: two sheets, the scores and the checks. No cell is a formula."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from grader.errors import OperatorError
from grader.report.counts import exercise_ids, nothing_handed_in, percent
from grader.report.formats.checks_csv import HEAD
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openpyxl.worksheet.worksheet import Worksheet

    from grader.model import Results
    from grader.report.formats import Pages
    from grader.report.options import Options

EXCEL_FILE = "grades.xlsx"
# The longest text that the format takes in a cell.
_CELL_CAP = 32_000
_WIDTHS = {"student": 24, "title": 60, "question": 60, "check": 40}

CellContent = str | float | None


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Return the one workbook.

    Raises:
        OperatorError: openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise OperatorError(
            "--format excel: the package openpyxl is not installed. Type "
            "`pip install 'torch-grader[excel]'`."
        ) from error
    book = Workbook()
    scores = book.active
    scores.title = "scores"
    _fill(scores, _scores(results))
    _fill(book.create_sheet("checks"), _checks(results))
    file = io.BytesIO()
    book.save(file)
    return [(EXCEL_FILE, file.getvalue())]


def _scores(results: Results) -> Iterator[tuple[CellContent, ...]]:
    ids = exercise_ids(results)
    yield ("student", *ids, "total", "max", "percent", "complete")
    for submission in results.submissions:
        scores = {
            ex.exercise: None if nothing_handed_in(ex) else ex.score
            for ex in submission.exercises
        }
        yield (
            submission.student,
            *(scores.get(name) for name in ids),
            submission.score,
            submission.max_score,
            percent(submission),
            "yes" if submission.complete else "no",
        )


def _checks(results: Results) -> Iterator[tuple[CellContent, ...]]:
    yield HEAD
    for submission in results.submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                yield (
                    submission.student,
                    exercise.exercise,
                    check.name,
                    check.title,
                    check.visibility.value,
                    check.outcome.value,
                    check.score,
                    check.max_score,
                    check.mistake,
                    check.question,
                )


def _fill(sheet: Worksheet, rows: Iterable[tuple[CellContent, ...]]) -> None:
    """Write rows into a sheet; a text is a text, whatever it begins with."""
    from openpyxl.styles import Font

    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                cell.value = clean_line(value, _CELL_CAP)
                # openpyxl takes a text that begins with "=" for a formula.
                cell.data_type = "s"
            else:
                cell.value = value
            if number == 1:
                cell.font = Font(bold=True)
                letter = cell.column_letter
                sheet.column_dimensions[letter].width = _WIDTHS.get(str(value), 12)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
