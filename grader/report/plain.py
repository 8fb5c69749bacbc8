"""A letter in plain words: for formats that know neither markup nor colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Outcome, joined
from grader.report.phrases import (
    NOT_FINAL,
    WHY_NOT_FINAL,
    of,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.report.check_rows import CheckRow
    from grader.report.letter import ExerciseRow, Letter, Reason


def words_of(row: ExerciseRow, check: CheckRow) -> tuple[str, ...]:
    """Return what a student is told about one check, line by line.

    The first line is the question where there is one, since some readers show no more.
    A check that passed needs no words.
    """
    if check.outcome is Outcome.PASSED:
        return ()
    for reason in row.reasons:
        if any(one.name == check.name for one in reason.checks):
            return tuple(_of_reason(reason, check)) or (_ended(check),)
    return (_ended(check),)


def text_of(letter: Letter) -> str:
    """Return the whole letter as plain text."""
    return "\n".join(_lines(letter)) + "\n"


def provisos(letter: Letter) -> Iterator[str]:
    """Yield what the total does not say: that it is not final, or what changed it."""
    if not letter.headline.final:
        yield f"{NOT_FINAL} {WHY_NOT_FINAL}"
    yield from (f"{signed(c.points)}: {c.reason}" for c in letter.changes)


def _of_reason(reason: Reason, check: CheckRow) -> Iterator[str]:
    if reason.question:
        yield f"Question: {reason.question}"
    for seen in reason.seen:
        if any(one.name == check.name for one in seen.checks):
            yield from joined(seen.said).splitlines()
    yield from joined(reason.shared).splitlines()


def _ended(check: CheckRow) -> str:
    return f"{check.ended.capitalize()}."


def _lines(letter: Letter) -> Iterator[str]:
    head = letter.headline
    yield f"{letter.student}: {of(head.score, head.max_score)} points in {head.course}"
    yield from provisos(letter)
    for row in letter.rows:
        yield ""
        yield from _exercise(row)
    if letter.advice:
        yield ""
        yield from letter.advice


def _exercise(row: ExerciseRow) -> Iterator[str]:
    yield f"{row.exercise}: {of(row.score, row.max_score)} points"
    if not row.handed_in:
        yield "  Nothing was handed in."
    yield from (f"  {line}" for line in row.error.splitlines())
    yield from (f"  {signed(c.points)}: {c.reason}" for c in row.changes)
    for note in row.notes:
        yield from (f"  {line}" for line in f"Note: {note}".splitlines())
    for check in () if row.is_unreadable else row.checks:
        if check.outcome is Outcome.PASSED:
            continue
        yield f"  {check.ended}: {check.title}"
        yield from (f"    {line}" for line in words_of(row, check))
