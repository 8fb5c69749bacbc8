"""The answer to a student's own check: the next thing to do, and what is known of it.

A terminal and a notebook render the same parts, so they say the same.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

from grader.model import Outcome, Role
from grader.report.phrases import CURVES
from grader.report.sparks import sparks
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import Said
    from grader.report.check_rows import CheckRow
    from grader.report.letter import ExerciseRow, Reason


class PartKind(enum.Enum):
    """The purpose of a part."""

    HEAD = enum.auto()
    BAD = enum.auto()
    GOOD = enum.auto()
    WORDS = enum.auto()
    CODE = enum.auto()
    QUESTION = enum.auto()
    DRAWING = enum.auto()
    NOTE = enum.auto()


class AnswerPart(NamedTuple):
    """One part of an answer; a drawing has lines that must not be broken."""

    kind: PartKind
    text: str


class Amount(NamedTuple):
    """How much to say: about all checks, and with a hint; and how to ask for more."""

    everything: bool = False
    hint: bool = False
    for_all: str = "--all"
    for_hint: str = "--hint"


class Standing(NamedTuple):
    """What the visible checks of an exercise are worth, and what comes after it.

    Attributes:
        points: what the visible checks stand for.
        of: the points of the exercise; None where a student's copy does not say.
        learnt: what the exercise teaches, in one line.
        following: the next exercise; empty after the last.
    """

    points: float = 0.0
    of: float | None = None
    learnt: str = ""
    following: str = ""


def answer_to(
    row: ExerciseRow, place: str, amount: Amount, standing: Standing | None
) -> Iterator[AnswerPart]:
    """Yield what a student is told about one exercise.

    Args:
        row: the exercise, with the checks that ran.
        place: what was checked, as the student calls it.
        amount: how much to say.
        standing: what the checks are worth; None to leave that out.
    """
    yield AnswerPart(PartKind.HEAD, f"{place}: {row.progress}")
    if row.is_unreadable:
        # Nothing else is known about a file that cannot be read, and this is said once.
        yield from _with_code(PartKind.BAD, row.error)
        return
    wrong = [check for check in row.checks if check.outcome is not Outcome.PASSED]
    shown = wrong if amount.everything else wrong[:1]
    told: list[Reason] = []
    for check in shown:
        yield from _check(check, row, amount, told)
    if not amount.everything:
        # What goes wrong first often shows best in its consequences.
        for reason in row.reasons:
            yield from _curves(reason)
    for check in row.checks if amount.everything else ():
        if check.outcome is Outcome.PASSED:
            yield AnswerPart(PartKind.GOOD, f"passed: {check.title}")
    notes = (*row.notes, row.error) if row.error else row.notes
    for note in notes:
        yield from _with_code(PartKind.NOTE, f"note: {note}")
    yield from _rest(row, wrong, shown, amount)
    if standing is not None:
        yield from _end(row, wrong, standing)


def _with_code(kind: PartKind, text: str) -> Iterator[AnswerPart]:
    """Yield a text, and the lines of code below it as they were written."""
    head, _, code = text.partition("\n")
    yield AnswerPart(kind, head)
    if code:
        yield AnswerPart(PartKind.DRAWING, code)


def _check(
    check: CheckRow, row: ExerciseRow, amount: Amount, told: list[Reason]
) -> Iterator[AnswerPart]:
    """Yield all that is said about a check that did not pass; each reason once."""
    yield AnswerPart(PartKind.BAD, f"{check.ended}: {check.title}")
    reason = next((r for r in row.reasons if check in r.checks), None)
    if reason is None:
        return
    again = reason in told
    told.append(reason)
    said = (*_own(reason, check), *(() if again else reason.shared))
    for part in said:
        if part.role is Role.CALL:
            yield AnswerPart(PartKind.CODE, part.text)
        elif part.role is not Role.TRY_IT or amount.hint:
            yield AnswerPart(PartKind.WORDS, part.text)
    if reason.question and not again:
        yield AnswerPart(PartKind.QUESTION, reason.question)
    if amount.everything and not again:
        yield from _curves(reason)


def _curves(reason: Reason) -> Iterator[AnswerPart]:
    """Yield the losses of a training over the expected ones."""
    for curve in reason.curves:
        yield AnswerPart(PartKind.WORDS, CURVES)
        yield AnswerPart(PartKind.DRAWING, "\n".join(sparks(curve)))


def _own(reason: Reason, check: CheckRow) -> tuple[Said, ...]:
    """Return what only this check says of a reason that several share."""
    return next((seen.said for seen in reason.seen if check in seen.checks), ())


def _rest(
    row: ExerciseRow,
    wrong: Sequence[CheckRow],
    shown: Sequence[CheckRow],
    amount: Amount,
) -> Iterator[AnswerPart]:
    """Yield how many checks are not shown, and how to see them."""
    more = len(wrong) - len(shown)
    if more:
        noun = "other check has" if more == 1 else "other checks have"
        yield AnswerPart(
            PartKind.NOTE,
            f"{more} {noun} not passed yet; {amount.for_all} shows everything.",
        )
    said = [part for reason in row.reasons for part in reason.said]
    if not amount.hint and any(part.role is Role.TRY_IT for part in said):
        yield AnswerPart(PartKind.NOTE, f"{amount.for_hint} says something to try.")


def _end(
    row: ExerciseRow, wrong: Sequence[CheckRow], standing: Standing
) -> Iterator[AnswerPart]:
    """Yield what the checks are worth, and after the last one what comes next."""
    if not wrong and row.checks and standing.learnt:
        yield AnswerPart(PartKind.GOOD, f"You have learnt: {standing.learnt}")
    total = f" of {number(standing.of)}" if standing.of is not None else ""
    plural = "" if (standing.of or standing.points) == 1 else "s"
    worth = f"{number(standing.points)}{total} point{plural}"
    yield AnswerPart(
        PartKind.NOTE,
        f"These checks stand for {worth}. The checks that decide the grade are hidden "
        f"and use other data.",
    )
    if not wrong and row.checks and standing.following:
        yield AnswerPart(PartKind.NOTE, f"Next: {standing.following}")
