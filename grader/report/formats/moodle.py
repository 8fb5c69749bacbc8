"""Moodle: the grading worksheet of an assignment, filled in.

Its headings are in the site's language. The first column holds "Participant 12" in that
language, and the columns come in one order, so that the grade's can be found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.report.cells import text_block
from grader.report.letter import letter_of
from grader.report.plain import text_of
from grader.report.sheets import (
    Keys,
    SheetTable,
    asked_for,
    listing,
    match,
    not_matched,
    parse,
    plain,
    scaled,
)
from grader.text import number_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Results, SubmissionResult
    from grader.report.formats import Pages
    from grader.report.options import Options

NAME = "moodle"
MOODLE_FILE = "moodle/worksheet.csv"
STRANGERS_FILE = "moodle/not-matched.txt"
_PARTICIPANT = re.compile(r"(?<!\d)(\d++)\s*+\Z")
_FOLDER_NAME = re.compile(r"\A(.+?)_(\d+)(?:_assignsubmission_.*)?\Z", re.DOTALL)
_EMAIL = re.compile(r"\A[^@\s]++@[^@\s.]++\.[^@\s]++\Z")
# "Grade", as Moodle's own language packs call the column of the worksheet.
_GRADE = frozenset(
    map(
        plain,
        (
            *("Grade", "Bewertung", "Note", "Nota", "Calificación", "Qualificació"),
            *("Valutazione", "Cijfer", "Beoordeling", "Ocena", "Známka", "Hodnocení"),
            *("Arvosana", "Hinne", "Betyg", "Karakter", "Vurdering", "Osztályzat"),
            *(
                "Оценка",
                "Оцінка",
                "Not",
                "Βαθμός",
                "Évaluation",
                "评分",
                "成绩",
                "評点",
            ),
            *("評価", "성적", "Điểm", "Nilai"),
        ),
    )
)
_FEEDBACK = frozenset(
    map(
        plain,
        (
            *("Feedback comments", "Feedback als Kommentar", "Feedback-Kommentare"),
            *("Commentaires", "Feedback par commentaires", "Comentarios de feedback"),
            *("Comentarios de retroalimentación", "Commenti di feedback"),
        ),
    )
)


def render(results: Results, options: Options) -> Pages:
    """Return the filled worksheet, and who is not in it.

    Raises:
        UsageError: there is no worksheet, or its grade column is not known.
    """
    sheet = asked_for(options, NAME)
    table = parse(sheet)
    column = table.asked(sheet.column) if sheet.column else _grade_column(table)
    feedback = _first(table.head, _FEEDBACK)
    matched = match(results, table.rows, _keys, called)
    for index, submission in matched.rows.items():
        row = table.rows[index]
        row[column] = _local(scaled(submission, _full(row, column)), table)
        if feedback is not None:
            row[feedback] = text_block(text_of(letter_of(submission, results)))
    told = not_matched(matched, "rows of the worksheet", sheet.name)
    return [(MOODLE_FILE, table.written()), (STRANGERS_FILE, told)]


def called(submission: SubmissionResult) -> frozenset[str]:
    """Return what Moodle may call a student: the name, and the participant's number."""
    names = {submission.student}
    found = _FOLDER_NAME.match(submission.student)
    if found:
        names |= {found.group(1), f"#{found.group(2)}"}
    if submission.student.isdecimal():
        names.add(f"#{submission.student}")
    return frozenset(map(plain, names))


def _keys(row: Sequence[str]) -> Keys:
    number = _PARTICIPANT.search(row[0])
    participant = {row[0], f"#{number.group(1)}"} if number else {row[0]}
    mails = {cell.strip() for cell in row if _EMAIL.match(cell.strip())}
    mails |= {mail.partition("@")[0] for mail in mails}
    name = {row[1]} if len(row) > 1 else set()
    return tuple(frozenset(map(plain, keys)) for keys in (participant, mails, name))


def _grade_column(table: SheetTable) -> int:
    found = _first(table.head, _GRADE)
    if found is None:
        raise UsageError(
            f"{table.name}: expected a column `Grade`, got {listing(table.head)}. Name "
            f"the column with --moodle-column."
        )
    return found


def _first(head: Sequence[str], names: frozenset[str]) -> int | None:
    return next((i for i, cell in enumerate(head) if plain(cell) in names), None)


def _full(row: Sequence[str], column: int) -> float | None:
    """Return the points that are full marks: the worksheet has them after the grade."""
    return number_in(row[column + 1]) if column + 1 < len(row) else None


def _local(number: str, table: SheetTable) -> str:
    """Return a number as the site writes it: with a comma where ";" parts the cells."""
    return number.replace(".", ",") if table.delimiter == ";" else number
