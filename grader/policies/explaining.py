"""The arithmetic of a grade, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.policies.saying import of_points
from grader.scoring import total
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Adjustment, CheckResult, ExerciseResult, SubmissionResult

_DIGITS = 6
_WIDTH = 12


def explained(submission: SubmissionResult) -> tuple[str, ...]:
    """Return the lines that lead from one student's checks to the grade.

    The numbers at the start of the lines of a part add up to the one that ends it.
    """
    return tuple(_lines(submission))


def _lines(submission: SubmissionResult) -> Iterator[str]:
    yield submission.student
    for exercise in submission.exercises:
        yield f"  {exercise.exercise}"
        yield from (_check(check) for check in exercise.checks if check.max_score)
        yield from map(_adjusted, exercise.adjustments)
        yield from _sum(exercise)
    yield "  total"
    for exercise in submission.exercises:
        yield _line(exercise.score, exercise.exercise)
    yield from map(_adjusted, submission.adjustments)
    yield from _sum(submission)
    yield from _ends(submission)


def _check(check: CheckResult) -> str:
    passed = check.score == check.max_score
    outcome = "" if passed else f" ({check.outcome.replace('_', ' ')})"
    out_of = number(check.max_score, _DIGITS)
    return _line(check.score, f"of {out_of}: {check.title or check.name}{outcome}")


def _adjusted(adjustment: Adjustment) -> str:
    about = adjustment.check or adjustment.exercise
    where = f", {about}" if about else ""
    return _line(adjustment.points, f"{adjustment.by}{where}: {adjustment.reason}")


def _sum(part: ExerciseResult | SubmissionResult) -> Iterator[str]:
    yield _line(None, "-" * _WIDTH)
    extra = f" and {number(part.extra_max, _DIGITS)} on top" if part.extra_max else ""
    out_of = of_points(part.score, part.max_score)
    yield _line(part.score, f"{out_of}{extra}")


def _ends(submission: SubmissionResult) -> Iterator[str]:
    """Yield what the total amounts to."""
    if submission.max_score:
        percent = total((100 * submission.score / submission.max_score,))
        yield _line(percent, "percent")
    if submission.letter_grade is not None:
        yield _line(None, f"letter grade: {submission.letter_grade}")
    if not submission.complete:
        yield _line(None, "not final: some checks could not be run")


def _line(points: float | None, text: str) -> str:
    shown = "" if points is None else number(points, _DIGITS)
    return f"  {shown:>{_WIDTH}}  {text}"
