"""A report per student in Markdown: kind, plain, and deaf to the student's markup."""

from __future__ import annotations

import functools
import re
from textwrap import indent
from typing import TYPE_CHECKING

from grader.model import joined
from grader.report.letter import letter_of
from grader.report.phrases import (
    CURVES,
    NOT_FINAL,
    UNSAFE,
    WHY_NOT_FINAL,
    ended,
    more_checks,
    of,
    signed,
)
from grader.report.sparks import sparks
from grader.report.stems import file_stems, utf8
from grader.sandbox.modes import NO_WALL
from grader.text import clean_line, clean_text, inert, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import Results
    from grader.report.check_rows import CheckRow
    from grader.report.formats import Pages
    from grader.report.letter import (
        AdjustmentRow,
        ExerciseRow,
        Headline,
        Letter,
        Reason,
        Seen,
    )
    from grader.report.options import Options

STUDENTS_FOLDER = "students"
_LINE_CAP = 500
_NEWLINE = "\n"
_MESSAGE_CAP = 8000
# What may stand in backticks as code: none of it ends a code span or a table cell.
_CODE = r"[\w .,:;?!%^@~(){}\[\]=+\-*/'\"]{1,400}"
# Platforms turn these into links or mentions, but not inside code.
_LINK = (
    r"(?:[A-Za-z][\w+.\-]{0,30}://|(?<![A-Za-z0-9])www\.|mailto:|xmpp:|[\w.+\-]{0,30}@(?=\w))"
    r"[^\s`|<>&\\]*"
)
_INERT = re.compile(rf"(?<!`)`({_CODE})`(?!`)|({_LINK})", re.IGNORECASE)
_FENCES = re.compile("`+")
_PLAIN_CODE = re.compile(_CODE)
_ACTIVE = re.compile(r"[\\*~\[\]|#$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_BLOCK_START = re.compile(r"^(\d*)([-+=:.)])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "`": "&#96;"})


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Return one page per student."""
    names = file_stems(tuple(sub.student for sub in results.submissions))
    for place, name in enumerate(names):
        yield f"{STUDENTS_FOLDER}/{name}.md", _pieces(results, place)


def _pieces(results: Results, place: int) -> Iterator[bytes]:
    """Yield the page of one student, once somebody wants it."""
    yield utf8(page(letter_of(results.submissions[place], results)))


def page(letter: Letter) -> str:
    """Return one student's letter as a page."""
    parts = [
        f"# Report for {escape(letter.student)}",
        *_headline(letter.headline),
        *_changes(letter.changes),
        *map(_comment, letter.comments),
        *_overview(letter.rows),
        *_exercises(letter.rows),
        *map(escape, letter.advice),
        "---",
        _environment(letter),
    ]
    return "\n\n".join(parts) + "\n"


@functools.lru_cache(maxsize=4096)  # the checks' titles stand in every report
def escape(text: str) -> str:
    """Return hostile text as one line of Markdown that shows it and does nothing else.

    A short expression in backticks stays code. What a platform would turn into a link
    or a mention becomes code.
    """
    line = clean_line(text, _LINE_CAP)
    pieces: list[str] = []
    end = 0
    for match in _INERT.finditer(line):
        pieces.append(_escaped(line[end : match.start()]))
        # Two code spans that touch would be read as one with longer fences.
        if "".join(pieces[-2:]).endswith("`"):
            pieces.append(" ")
        pieces.append(f"`{match.group(1) or match.group(2)}`")
        end = match.end()
    pieces.append(_escaped(line[end:]))
    return _BLOCK_START.sub(r"\1\\\2", "".join(pieces))


def _escaped(text: str) -> str:
    return _ACTIVE.sub(r"\\\g<0>", text).translate(_ENTITIES)


def _code(text: str) -> str:
    """Return text as code where that is safe, else as plain text."""
    line = clean_line(text, _LINE_CAP)
    return f"`{line}`" if _PLAIN_CODE.fullmatch(line) else escape(line)


def _headline(headline: Headline) -> Iterator[str]:
    share = headline.percent
    shown = "" if share is None else f" ({number(share)} %)"
    earned = of(headline.score, headline.max_score)
    grade = f", grade {escape(headline.letter_grade)}," if headline.letter_grade else ""
    yield f"**{earned} points**{shown}{grade} in {escape(headline.course)}."
    if not headline.final:
        yield f"**{NOT_FINAL}** {WHY_NOT_FINAL}"


def _overview(rows: Sequence[ExerciseRow]) -> Iterator[str]:
    """Yield a table of the exercises, where there is more than one."""
    if len(rows) > 1:
        cells = [
            (escape(row.exercise), of(row.score, row.max_score), row.progress)
            for row in rows
        ]
        yield table(("exercise", "points", "checks"), "l r l", cells)


def _exercises(rows: Sequence[ExerciseRow]) -> Iterator[str]:
    """Yield a section for each exercise that came in, and a line for each other."""
    for row in rows:
        if row.handed_in or row.changes or len(rows) == 1:
            yield from _exercise(row)
    yield from _absent(rows if len(rows) > 1 else ())


def _absent(rows: Sequence[ExerciseRow]) -> Iterator[str]:
    lines = [
        f"- {escape(row.exercise)}: {escape(_absence(row))}"
        for row in rows
        if not (row.handed_in or row.changes)
    ]
    if lines:
        yield "\n".join(["Not handed in:", "", *lines])


def _absence(row: ExerciseRow) -> str:
    """Return the first line of what is wrong, without the exercise's name."""
    return row.error.partition(_NEWLINE)[0].removeprefix(f"{row.exercise}: ")


def _exercise(row: ExerciseRow) -> Iterator[str]:
    yield f"## {escape(row.exercise)}: {of(row.score, row.max_score)} points"
    if row.file is not None:
        took = f", in {number(row.seconds)} s" if row.seconds else ""
        yield f"Graded: {_code(row.file)}{took}."
    if row.notes:
        yield "\n".join(map(_note, row.notes))
    yield from _changes(row.changes)
    yield from map(_comment, row.comments)
    yield from _message(row.error)
    if row.is_unreadable:
        return
    if row.checks and row.passed == len(row.checks):
        yield (
            "All checks passed."
            if row.passed == 1
            else f"All {row.passed} checks passed."
        )
    elif row.checks:
        yield _checks(row.checks)
    for reason in row.reasons:
        yield from _reason(reason)


def _note(note: str) -> str:
    """Return a note as an item of a list, with its line of code as it was written."""
    head, _, below = note.partition("\n")
    code = below.splitlines()
    shown = f"- Note: {escape(head)}"
    return f"{shown}\n\n{indent(_fenced(code), '  ')}\n" if code else shown


def _changes(changes: Sequence[AdjustmentRow]) -> Iterator[str]:
    if changes:
        yield "\n".join(map(_change, changes))


def _comment(comment: str) -> str:
    """Return a comment as a quotation, each line a paragraph of it."""
    lines = [line for line in comment.splitlines() if line.strip()]
    first, *rest = map(escape, lines or [""])
    return "\n>\n".join([f"> **Comment:** {first}", *(f"> {line}" for line in rest)])


def _change(change: AdjustmentRow) -> str:
    points = f"{signed(change.points)}: " if change.points else ""
    return f"- {points}{escape(change.reason)}"


def _checks(checks: Sequence[CheckRow]) -> str:
    rows = [
        (
            escape(check.title),
            check.ended,
            of(check.score, check.max_score) if check.max_score else "",
        )
        for check in checks
    ]
    return table(("check", "outcome", "points"), "l l r", rows)


def _reason(reason: Reason) -> Iterator[str]:
    """Yield what is said about some checks that did not pass."""
    yield f"### {escape(reason.subject)}: {ended(reason.outcomes)}"
    if reason.question:
        yield f"> **Question:** {escape(reason.question)}"
    yield from _message(joined(reason.shared))
    if reason.seen:
        more = [f"- {more_checks(reason.more)}"] if reason.more else []
        yield "\n".join([*map(_listed, reason.first), *more])
    for curve in reason.curves:
        yield CURVES
        yield _fenced(sparks(curve))


def _listed(seen: Seen) -> str:
    """Return what some checks saw as an item of a list."""
    return f"- {escape(seen.subject)}: {escape(joined(seen.said))}"


def _message(text: str) -> Iterator[str]:
    """Yield a message: its first line as text, further lines as they were written."""
    lines = clean_text(text, _MESSAGE_CAP).strip().splitlines()
    if lines:
        yield escape(lines[0])
    if lines[1:]:
        yield _fenced(lines[1:])


def _fenced(lines: list[str]) -> str:
    """Return lines as a code block whose fence is longer than any in the lines."""
    runs = _FENCES.findall("\n".join(lines))
    fence = "`" * max([3, *(len(run) + 1 for run in runs)])
    return inert("\n".join([f"{fence}text", *lines, fence]))


def table(head: tuple[str, ...], align: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table; `align` has one letter per column, l or r."""
    marks = ["--:" if letter == "r" else "---" for letter in align.split()]
    lines = [head, tuple(marks), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _environment(letter: Letter) -> str:
    made = escape(letter.made_with)
    if letter.sandbox != NO_WALL:
        return f"{made} sandbox: {escape(letter.sandbox)}."
    return f"{made} **sandbox: {NO_WALL}**: {UNSAFE}"
