"""The letter: what one student may read of their grade, in parts with roles.

What is said, and that each thing is said once, is decided here; a format only renders
it. All texts are clean and capped, and none is escaped: how a text must be written so
that it does nothing is for each format to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.model import Curve, Outcome, Role, Said
from grader.report.check_rows import LINE_CAP, CheckRow, check_rows
from grader.report.counts import has_lost, nothing_handed_in, percent
from grader.report.notes import note_of
from grader.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.model import (
        Adjustment,
        ExerciseResult,
        Results,
        SubmissionResult,
    )

_TEXT_CAP = 8000
_TITLES_SHOWN = 1
_SEEN_SHOWN = 2
_UNWRITTEN_SHOWN = 8
# Our own fault is told to the instructor: its message may speak of hidden checks.
# Two checks with one reason may each show these in their own way.
_OWN_CALLS = (Role.CALL, Role.COUNTEREXAMPLE)
_UNTOLD = (Outcome.PASSED, Outcome.GRADER_ERROR)


class Headline(msgspec.Struct, frozen=True):
    """The grade in one line.

    Attributes:
        course: the course's title.
        score: points earned.
        max_score: points that could be earned.
        percent: their share, 0 to 100; None where there are no points.
        final: whether every check could be run.
        letter_grade: the letter grade; empty where the course has none.
    """

    course: str
    score: float
    max_score: float
    percent: float | None
    final: bool
    letter_grade: str = ""


class AdjustmentRow(msgspec.Struct, frozen=True):
    """Points that a rule or a person added or took, and the reason."""

    points: float
    reason: str


class Seen(msgspec.Struct, frozen=True):
    """What some of a reason's checks saw, in words that only they have.

    Attributes:
        subject: the checks, in words.
        checks: the same checks.
        said: their own words; empty where they have none but the shared ones.
    """

    subject: str
    checks: tuple[CheckRow, ...]
    said: tuple[Said, ...]


class Reason(msgspec.Struct, frozen=True):
    """Why points were lost: one question or one fact, with all checks behind it.

    Attributes:
        subject: the checks, in words: the title of one, or how many they are.
        checks: the same checks, in the exercise's order.
        question: what a teacher would ask; empty where nothing certain is known.
        shared: what is said of all the checks.
        seen: what is said of some; empty where all is shared.
        curves: the losses of a training that one of the checks saw.
    """

    subject: str
    checks: tuple[CheckRow, ...]
    question: str
    shared: tuple[Said, ...]
    seen: tuple[Seen, ...] = ()
    curves: tuple[Curve, ...] = ()

    @property
    def first(self) -> tuple[Seen, ...]:
        """The first few of `seen` that have words of their own, each sentence once."""
        found: dict[tuple[Said, ...], Seen] = {}
        for one in self.seen:
            if one.said:
                found.setdefault(one.said[:1], one)
        unwritten = self.outcomes == (Outcome.NOT_ATTEMPTED,)
        return tuple(found.values())[: _UNWRITTEN_SHOWN if unwritten else _SEEN_SHOWN]

    @property
    def more(self) -> int:
        """How many checks are behind it that `first` leaves out."""
        first = self.first
        return sum(len(one.checks) for one in self.seen if one not in first)

    @property
    def said(self) -> tuple[Said, ...]:
        """All that is said, of all its checks."""
        return (*(part for seen in self.seen for part in seen.said), *self.shared)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How its checks ended, each outcome once, in the checks' order."""
        return tuple(dict.fromkeys(check.outcome for check in self.checks))


class ExerciseRow(msgspec.Struct, frozen=True):
    """One exercise: the file, the points, and why the others were lost.

    Attributes:
        exercise: the exercise's id.
        file: the graded file's name; None where there was none.
        seconds: how long the checks took.
        score: points earned.
        max_score: points that could be earned.
        handed_in: whether there was a file, good or bad.
        error: what is wrong with the whole of it.
        notes: which of two files was graded, which code did not run, and the like.
        checks: all checks; none where nothing was handed in.
        reasons: why checks did not pass, each reason once.
        changes: what was added to what the checks gave, or taken from it.
        comments: what people say to the student about it.
    """

    exercise: str
    file: str | None
    seconds: float
    score: float
    max_score: float
    handed_in: bool
    error: str = ""
    notes: tuple[str, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    reasons: tuple[Reason, ...] = ()
    changes: tuple[AdjustmentRow, ...] = ()
    comments: tuple[str, ...] = ()

    @property
    def is_unreadable(self) -> bool:
        """Whether the file's own trouble is all that there is to say."""
        return bool(self.error) and self.handed_in and not self.passed

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return [check.outcome for check in self.checks].count(Outcome.PASSED)

    @property
    def progress(self) -> str:
        """How many checks passed, in words."""
        if not self.handed_in:
            return "nothing handed in"
        if self.is_unreadable:
            return "nothing in it could be checked"
        return f"{self.passed} of {len(self.checks)} checks passed"


class Letter(msgspec.Struct, frozen=True):
    """All that one student may read.

    Attributes:
        student: whom it is for.
        headline: the grade in one line.
        rows: the exercises.
        changes: what was added to the total, or taken from it.
        comments: what people say to the student.
        advice: how to go on, in sentences.
        made_with: the versions that the grade was made with, as a sentence.
        sandbox: the wall that the code ran behind.
    """

    student: str
    headline: Headline
    rows: tuple[ExerciseRow, ...]
    changes: tuple[AdjustmentRow, ...]
    comments: tuple[str, ...]
    advice: tuple[str, ...]
    made_with: str
    sandbox: str


def letter_of(
    submission: SubmissionResult, results: Results, *, everything: bool = False
) -> Letter:
    """Return what one student may read.

    Args:
        submission: the student's part of the results.
        results: the whole run, for the course and the environment.
        everything: as for `exercise_row`.
    """
    versions = results.environment
    return Letter(
        student=_line(submission.student) or "a student without a name",
        headline=Headline(
            course=_line(results.course),
            score=submission.score,
            max_score=submission.max_score,
            percent=percent(submission),
            final=submission.complete,
            letter_grade=_line(submission.letter_grade or ""),
        ),
        rows=tuple(
            exercise_row(one, everything=everything) for one in submission.exercises
        ),
        changes=_changes(submission.adjustments),
        comments=_comments(submission.comments),
        advice=tuple(_advice(submission)),
        made_with=_line(
            f"Graded with grader {results.grader_version}, Python {versions.python}, "
            f"torch {versions.torch}."
        ),
        sandbox=_line(results.sandbox),
    )


def exercise_row(exercise: ExerciseResult, *, everything: bool = False) -> ExerciseRow:
    """Return what a student may read of one exercise.

    Args:
        exercise: the exercise.
        everything: whether no check is withheld until the exercise is due.
    """
    handed_in = not nothing_handed_in(exercise)
    rows = check_rows(exercise, everything=everything) if handed_in else ()
    return ExerciseRow(
        exercise=_line(exercise.exercise),
        file=None if exercise.file is None else _line(exercise.file),
        seconds=exercise.seconds,
        score=exercise.score,
        max_score=exercise.max_score,
        handed_in=handed_in,
        error=_error(exercise),
        notes=tuple(map(note_of, exercise.notes)),
        checks=rows,
        reasons=_reasons(exercise, rows) if handed_in else (),
        changes=_changes(exercise.adjustments),
        comments=_comments(exercise.comments),
    )


def _line(text: str) -> str:
    return clean_line(text, LINE_CAP)


def _changes(adjustments: Sequence[Adjustment]) -> tuple[AdjustmentRow, ...]:
    return tuple(AdjustmentRow(a.points, _line(a.reason)) for a in adjustments)


def _comments(comments: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean_text(comment, _TEXT_CAP) for comment in comments)


def _error(exercise: ExerciseResult) -> str:
    """Return what is wrong with the whole exercise, unless a check says it."""
    if nothing_handed_in(exercise):
        told = [check.message for check in exercise.checks]
        return clean_text(told[0], _TEXT_CAP) if told else ""
    return clean_text(exercise.error or "", _TEXT_CAP)


class _Told(msgspec.Struct, frozen=True):
    """A check that did not pass, with its words."""

    row: CheckRow
    question: str
    said: tuple[Said, ...]

    @property
    def key(self) -> tuple[str, tuple[Said, ...]]:
        """What checks have in common that share a reason.

        That is the question; without one, the facts behind what they saw; without
        facts, all that is said. Everything that is not written yet is one reason.
        """
        if self.question or self.row.outcome is Outcome.NOT_ATTEMPTED:
            return self.question, ()
        facts = tuple(part for part in self.said if part.role is Role.FACT)
        return "", facts or tuple(p for p in self.said if p.role not in _OWN_CALLS)


def _reasons(exercise: ExerciseResult, rows: Sequence[CheckRow]) -> tuple[Reason, ...]:
    """Return why checks did not pass, in the order of the checks."""
    groups: dict[tuple[str, tuple[Said, ...]], list[_Told]] = {}
    for check, row in zip(exercise.checks, rows, strict=True):
        if row.withheld or row.outcome in _UNTOLD:
            continue
        told = _Told(row, _line(check.question or ""), _clean(check.said))
        if told.said or told.question:
            groups.setdefault(told.key, []).append(told)
    _show_once(groups.values())
    return tuple(_reason(told, exercise) for told in groups.values())


def _show_once(groups: Iterable[list[_Told]]) -> None:
    """Remove a counterexample from all reasons except the first that shows it."""
    shown: set[Said] = set()
    for group in groups:
        new = {p for told in group for p in told.said if p.role is Role.COUNTEREXAMPLE}
        group[:] = [
            msgspec.structs.replace(
                told, said=tuple(part for part in told.said if part not in shown)
            )
            for told in group
        ]
        shown |= new


def _clean(said: Sequence[Said]) -> tuple[Said, ...]:
    texts = [(part.role, clean_text(part.text, _TEXT_CAP).strip()) for part in said]
    return tuple(Said(role, text) for role, text in texts if text)


def _reason(told: Sequence[_Told], exercise: ExerciseResult) -> Reason:
    """Return the reason that some checks share: what all say, and what each saw."""
    shared = told[0].said
    for one in told[1:]:
        shared = _common_end(shared, one.said)
    heads: dict[tuple[Said, ...], list[CheckRow]] = {}
    for one in told:
        head = one.said[: len(one.said) - len(shared)]
        heads.setdefault(head, []).append(one.row)
    checks = tuple(one.row for one in told)
    total = len(exercise.checks)
    seen = [
        Seen(_titles(rows, total), tuple(rows), head) for head, rows in heads.items()
    ]
    names = {check.name for check in checks}
    return Reason(
        subject=_subject(checks, total, told[0].question, alike=len(seen) == 1),
        checks=checks,
        question=told[0].question,
        shared=shared,
        seen=tuple(seen) if len(seen) > 1 else (),
        curves=tuple(c for c in exercise.curves if c.name in names and c.reference),
    )


def _common_end(one: tuple[Said, ...], other: tuple[Said, ...]) -> tuple[Said, ...]:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return one[len(one) - count :]


def _subject(
    checks: Sequence[CheckRow], total: int, question: str, *, alike: bool
) -> str:
    """Return the checks of a reason in words."""
    if alike or len(checks) == total:
        return _titles(checks, total)
    if all(check.outcome is Outcome.NOT_ATTEMPTED for check in checks):
        return f"{len(checks)} checks"
    return f"{len(checks)} checks, one {'question' if question else 'reason'}"


def _titles(checks: Sequence[CheckRow], total: int) -> str:
    if len(checks) == total > 1:
        return f"All {total} checks"
    titles = [check.title.rstrip(".") for check in checks]
    more = len(titles) - _TITLES_SHOWN
    shown = "; ".join(titles[:_TITLES_SHOWN])
    return f"{shown}; and {more} more" if more > 0 else shown


def _advice(submission: SubmissionResult) -> Iterator[str]:
    """Yield how to go on, where points were lost on a file that was handed in."""
    for exercise in submission.exercises:
        if exercise.file is not None and any(map(has_lost, exercise.checks)):
            command = _line(f"grader check {exercise.file}")
            yield (
                f"To try again on your own computer: `{command}` runs the checks that "
                f"you have, in seconds."
            )
            return
