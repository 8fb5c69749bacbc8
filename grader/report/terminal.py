"""One exercise of a letter as lines for a terminal: what failed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Outcome, joined
from grader.report.phrases import CURVES, ended, more_checks
from grader.report.sparks import sparks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.report.check_rows import CheckRow
    from grader.report.letter import ExerciseRow, Reason


def exercise_lines(row: ExerciseRow, place: str) -> Iterator[str]:
    """Yield the lines on one exercise.

    Args:
        row: the exercise.
        place: where its file lies, as the student named it.
    """
    yield f"{place}: {row.progress}"
    yield from _indented(row.error.splitlines(), 1)
    for note in row.notes:
        yield from _indented(f"note: {note}".splitlines(), 1)
    if row.is_unreadable:
        return
    for reason in row.reasons:
        yield from _reason(reason)
    told = {check.name for reason in row.reasons for check in reason.checks}
    rest = [check for check in row.checks if check.name not in told]
    yield from map(_check, sorted(rest, key=lambda c: c.outcome is Outcome.PASSED))


def _reason(reason: Reason) -> Iterator[str]:
    alone = len(reason.checks) == 1
    subject = reason.checks[0].title if alone else reason.subject
    yield f"  {ended(reason.outcomes)}: {subject}"
    yield from _indented(_words(reason), 3)


def _words(reason: Reason) -> Iterator[str]:
    if reason.question:
        yield f"Question: {reason.question}"
    yield from joined(reason.shared).splitlines()
    for seen in reason.first:
        own = " ".join(joined(seen.said).split())
        yield f"- {seen.subject}: {own}"
    if reason.more:
        yield f"- {more_checks(reason.more)}"
    for curve in reason.curves:
        yield CURVES
        yield from sparks(curve)


def _check(check: CheckRow) -> str:
    return f"  {check.ended}: {check.title}"


def _indented(lines: Iterable[str], level: int) -> Iterator[str]:
    return (f"{'  ' * level}{line}" for line in lines)
