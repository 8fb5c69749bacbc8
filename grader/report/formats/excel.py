"""`grades.xlsx`: two sheets, the scores and the checks. No cell is a formula."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from grader.errors import OperatorError
from grader.report.counts import exercise_ids, nothing_handed_in, percent
from grader.report.formats.checks_csv import HEAD
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from grader.model import Results
    from grader.report.formats import Pages
    from grader.report.options import Options

EXCEL_FILE = "grades.xlsx"
# The longest text that the format takes in a cell.
_CELL_CAP = 32_000
_PIECE_BYTES = 1 << 20
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
    return [(EXCEL_FILE, _pieces(Workbook(write_only=True), results))]


def _pieces(book: Workbook, results: Results) -> Iterator[bytes]:
    """Yield the workbook, whose rows wait on the disk until it is whole."""
    _fill(book.create_sheet("scores"), _scores(results))
    _fill(book.create_sheet("checks"), _checks(results))
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece


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


def _fill(sheet: WriteOnlyWorksheet, rows: Iterator[tuple[CellContent, ...]]) -> None:
    """Write rows into a sheet, the first of them as its head."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    head = next(rows)
    letters = [get_column_letter(column) for column in range(1, len(head) + 1)]
    for letter, name in zip(letters, head, strict=True):
        sheet.column_dimensions[letter].width = _WIDTHS.get(str(name), 12)
    sheet.freeze_panes = "B2"
    bold = [_cell(sheet, name) for name in head]
    for cell in bold:
        cell.font = Font(bold=True)
    sheet.append(bold)
    height = 1
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
        height += 1
    sheet.auto_filter.ref = f"A1:{letters[-1]}{height}"


def _cell(sheet: WriteOnlyWorksheet, value: CellContent) -> WriteOnlyCell:
    """Return a cell; a text is a text, whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, clean_line(value, _CELL_CAP))
    # openpyxl takes a text that begins with "=" for a formula.
    cell.data_type = "s"
    return cell
