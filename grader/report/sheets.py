"""Fills in tables that platforms export; nothing in them is invented or moved."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError
from grader.model import SubmissionResult
from grader.report.cells import number_cell, text_cell
from grader.report.stems import utf8
from grader.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from grader.model import Results
    from grader.report.options import Options, Sheet

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NAME_CAP = 200
_SHOWN = 8
_BLANKS = re.compile(r"[\s_\-.,;]+")


class SheetTable(msgspec.Struct):
    """A table as the platform wrote it: its cells, and how they were written."""

    name: str
    head: list[str]
    rows: list[list[str]]
    encoding: str
    delimiter: str

    def column(self, heading: str) -> int | None:
        """Return the position of a column, by its heading without regard to case."""
        wanted = plain(heading)
        found = [i for i, cell in enumerate(self.head) if plain(cell) == wanted]
        return found[0] if found else None

    def asked(self, heading: str) -> int:
        """Return the position of the column that the instructor named.

        Raises:
            UsageError: there is none of this heading.
        """
        found = self.column(heading)
        if found is None:
            raise UsageError(
                f"{self.name}: there is no column {heading!r}."
                f"{did_you_mean(heading, self.head)} There are: {listing(self.head)}."
            )
        return found

    def one(self, pattern: re.Pattern[str], course: str, option: str) -> int:
        """Return the position of the only column that holds this course's points.

        Args:
            pattern: the heading of any column of points; its first group is the title.
            course: the course's title.
            option: the option that names a column, for the message.

        Raises:
            UsageError: it is not there, or not clear which one it is.
        """
        found = [(i, pattern.fullmatch(cell)) for i, cell in enumerate(self.head)]
        columns = {i: match.group(1) for i, match in found if match}
        titled = [i for i, title in columns.items() if plain(title) == plain(course)]
        chosen = titled or list(columns)
        if len(chosen) != 1:
            names = listing(self.head[i] for i in columns)
            raise UsageError(
                f"{self.name}: expected one column of points, named {course!r}, got "
                f"{names or 'none'}. Name the column with {option}."
            )
        return chosen[0]

    def written(self) -> bytes:
        """Return the table as bytes, in the platform's own encoding and delimiter."""
        file = io.StringIO()
        writer = csv.writer(file, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerows([self.head, *self.rows])
        text = file.getvalue()
        if self.encoding == "cp1252":
            return text.encode("cp1252", "replace")
        if self.encoding == "utf-8-sig":
            return utf8(f"\ufeff{text}")
        return utf8(text) if self.encoding == "utf-8" else text.encode(self.encoding)


# What each format fills in, as the instructor knows it.
_TABLES = {
    "canvas": "the gradebook that you exported from Canvas",
    "moodle": "the grading worksheet that you downloaded from Moodle",
    "blackboard": "the table that you downloaded from the grade centre",
}


def asked_for(options: Options, name: str) -> Sheet:
    """Return the table that a format fills in.

    Raises:
        UsageError: nobody named it.
    """
    sheet = options.sheets.get(name)
    if sheet is None:
        raise UsageError(
            f"--format {name}: this fills in {_TABLES[name]}. Name the file with "
            f"--{name}-csv."
        )
    return sheet


def parse(sheet: Sheet) -> SheetTable:
    """Return the table in a file that a platform exported.

    Raises:
        UsageError: it is no CSV, or has no heading.
    """
    text, encoding = _decoded(sheet)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UsageError(
            f"{sheet.name}: expected a table as the platform exports it, got {error}. "
            f"Download it again, and do not save it in between."
        ) from error
    lines = [line for line in lines if any(map(str.strip, line))]
    if not lines or len(lines[0]) == 1:
        raise UsageError(
            f"{sheet.name}: expected a table as the platform exports it, found no "
            f"heading of several columns. Download it again as CSV."
        )
    width = len(lines[0])
    rows = [[*line, *[""] * (width - len(line))] for line in lines[1:]]
    return SheetTable(sheet.name, lines[0], rows, encoding, delimiter)


def _decoded(sheet: Sheet) -> tuple[str, str]:
    if sheet.content.startswith(_UTF16_MARKS):
        return sheet.content.decode("utf-16", "replace"), "utf-16"
    marked = sheet.content.startswith(b"\xef\xbb\xbf")
    try:
        return sheet.content.decode("utf-8-sig"), "utf-8-sig" if marked else "utf-8"
    except UnicodeDecodeError:
        return sheet.content.decode("cp1252", "replace"), "cp1252"


def plain(text: str) -> str:
    """Return a name as it is compared: without case, forms of accents, and blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()


def listing(names: Iterable[str]) -> str:
    """Return a few names, cleaned, as the end of a message."""
    shown = [clean_line(name, _NAME_CAP) for name in names]
    more = len(shown) - _SHOWN
    return ", ".join(shown[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


# What identifies a row, the surest first: texts as `plain` returns them.
Keys = tuple[frozenset[str], ...]


class Matched(msgspec.Struct, frozen=True):
    """Which student each row of a table is.

    Attributes:
        rows: the student of each row that is one.
        strangers: students who have no row, or whom several rows could be.
        empty: how many rows are no student's.
    """

    rows: dict[int, SubmissionResult]
    strangers: tuple[SubmissionResult, ...]
    empty: int


def match(
    results: Results,
    rows: Sequence[Sequence[str]],
    keys: Callable[[Sequence[str]], Keys],
    names: Callable[[SubmissionResult], frozenset[str]],
) -> Matched:
    """Return which student each row is; nobody is matched by a guess.

    A key of a row counts only where it is one row's and one student's alone, and a
    surer key wins.

    Args:
        results: the run.
        rows: the table's rows.
        keys: returns what identifies a row, the surest first.
        names: returns what a student is called here.
    """
    taken: dict[int, SubmissionResult] = {}
    left = list(results.submissions)
    row_keys = [keys(row) for row in rows]
    for level in range(max(map(len, row_keys), default=0)):
        owners = _owners(
            (key, i)
            for i, levels in enumerate(row_keys)
            if i not in taken and level < len(levels)
            for key in levels[level]
        )
        wanted = _owners(
            (key, i) for i, submission in enumerate(left) for key in names(submission)
        )
        pairs = {
            row: wanted[key]
            for key, row in owners.items()
            if row is not None and wanted.get(key) is not None
        }
        shared = Counter(pairs.values())
        sure = {row: i for row, i in pairs.items() if i is not None and shared[i] == 1}
        taken |= {row: left[i] for row, i in sure.items()}
        gone = set(sure.values())
        left = [submission for i, submission in enumerate(left) if i not in gone]
    return Matched(taken, tuple(left), len(rows) - len(taken))


def _owners(pairs: Iterable[tuple[str, int]]) -> dict[str, int | None]:
    """Return who owns each key; None where several do."""
    owners: dict[str, int | None] = {}
    for key, index in pairs:
        if key:
            owners[key] = index if owners.get(key, index) == index else None
    return owners


def scaled(submission: SubmissionResult, full: float | None) -> str:
    """Return a student's points as a cell, scaled to the platform's full marks.

    Args:
        submission: the student.
        full: the points that are full marks there; None where it does not say.
    """
    if full is None or submission.max_score in (0, full):
        return number_cell(submission.score)
    return number_cell(submission.score * full / submission.max_score)


def not_matched(matched: Matched, kind: str, name: str) -> bytes:
    """Return the page that says who has no grade in the table.

    Args:
        matched: which row is whose.
        kind: what the rows are, such as "rows of the Canvas table".
        name: the table's name.
    """
    return utf8("".join(f"{line}\n" for line in _told(matched, kind, name)))


def _told(matched: Matched, kind: str, name: str) -> Iterator[str]:
    yield f"{name}: {len(matched.rows)} students filled in."
    if matched.empty:
        yield f"{matched.empty} {kind} belong to no student of this run, and stay."
    if matched.strangers:
        yield "These students have no row, or more than one row could be theirs:"
    for submission in matched.strangers:
        # Not at the start of the line, where a log could take it for a command.
        yield f"  {text_cell(submission.student)}: {number_cell(submission.score)}"
