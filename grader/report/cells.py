"""Cells of a CSV file that no spreadsheet computes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.report.stems import utf8
from grader.text import clean_line, clean_text, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A spreadsheet takes a cell that begins so for a formula; some know the wide forms.
_FORMULA_STARTS = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("＝", "＋", "－", "＠"),
)
_DIGITS = 6
# As long as a folder's name can be, so that two students never become one.
_CAP = 255
_BLOCK_CAP = 30_000


def csv_page(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a CSV file, every cell quoted."""
    return utf8(csv_text(rows))


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV, every cell quoted."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows(rows)
    return file.getvalue()


def text_cell(text: str) -> str:
    """Return a text on one line, as a cell that no spreadsheet computes."""
    return _inert(text, clean_line(text, _CAP))


def text_block(text: str) -> str:
    """Return a text of several lines as a cell that no spreadsheet computes."""
    return _inert(text, clean_text(text, _BLOCK_CAP).strip())


def number_cell(value: float | None) -> str:
    """Return a number as a cell; empty for None."""
    return "" if value is None else number(value, _DIGITS)


def _inert(text: str, shown: str) -> str:
    # Both are looked at: a blank at the start was a disguise, or is gone from the
    # line. A text with an apostrophe of its own gets one more, to stay apart.
    bare = shown.lstrip("'")
    risky = text.startswith(_FORMULA_STARTS) or bare.startswith(_FORMULA_STARTS)
    return f"'{shown}" if risky else shown
