"""Whose grade moved between two results, by how much, and why."""

from __future__ import annotations

import enum
import math
from typing import TYPE_CHECKING

import msgspec

from grader.model import OVERRIDE
from grader.text import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import (
        Adjustment,
        Basis,
        CheckResult,
        ExerciseResult,
        Facts,
        Results,
        SubmissionResult,
    )

_DIGITS = 6
# The rules of `course.toml` that change an exercise's own score, and the total.
_OF_EXERCISES = (
    *("due", "accept_until", "late", "late_days", "attempts"),
    *("extra_checks", "all_or_nothing"),
)
_OF_TOTAL = ("drop", "rounding", "weight", "extra")
# The policies whose reasons tell what people decided, and when something came in.
_PEOPLE = (OVERRIDE, "excused")
_TIMES = ("late", "late_days", "attempts")
_NOBODY = (-1, math.nan, math.nan)


class WhyMoved(enum.StrEnum):
    """Why a grade moved: a closed set."""

    HAND_IN = "hand_in"  # another file is graded
    CHECKS = "checks"  # a check, the solution or the limits changed
    POINTS = "points"  # a check is worth more or less
    FACTS = "facts"  # another version of torch, or of something else
    AGAIN = "again"  # judged again with the same, and another outcome
    RULE = "rule"  # course.toml states another rule
    DECISION = "decision"  # a person decided something


class Cause(msgspec.Struct, frozen=True):
    """One reason why a grade moved, in words."""

    why: WhyMoved
    text: str


class Score(msgspec.Struct, frozen=True):
    """A score and what it is out of."""

    score: float
    max_score: float


class Moved(msgspec.Struct, frozen=True):
    """What moved: a student's total, or one exercise of it.

    Attributes:
        name: the student's name, or the exercise's id.
        before: the score before; None where there was none.
        after: the score after; None where there is none.
        causes: why, as far as it does not lie in an exercise.
        exercises: the exercises that moved; none for an exercise.
    """

    name: str
    before: Score | None
    after: Score | None
    causes: tuple[Cause, ...] = ()
    exercises: tuple[Moved, ...] = ()

    @property
    def points(self) -> float:
        """By how much the score moved."""
        before = self.before.score if self.before else 0.0
        after = self.after.score if self.after else 0.0
        return round(after - before, _DIGITS)


def moves(old: Results, new: Results) -> tuple[Moved, ...]:
    """Return whose total moved between two results, in the order of the new ones."""
    # Of a large class, only those students are in memory of whom there is news.
    before, after = _totals(old), _totals(new)
    compared = _Compared(old, new)
    return tuple(
        compared.student(
            name,
            old.submissions[before[name][0]] if name in before else None,
            new.submissions[after[name][0]] if name in after else None,
        )
        for name in {**after, **before}
        if before.get(name, _NOBODY)[1:] != after.get(name, _NOBODY)[1:]
    )


def moved_since(before: Results | None, results: Results) -> tuple[Moved, ...]:
    """Return whose grades are not what the run before wrote.

    Who was not in it, or is not any more, has no grade that moved.
    """
    if before is None:
        return ()
    return tuple(one for one in moves(before, results) if one.before and one.after)


def judged_again(
    old: Results | None, bases: Iterable[Basis], facts: Facts, exercises: Iterable[str]
) -> tuple[str, ...]:
    """Return which exercises are judged again because something changed, and what.

    Args:
        old: the results of the run before; None for a first run.
        bases: what verdicts rest on now.
        facts: what they are reached with now.
        exercises: those in which there is something to judge.
    """
    if old is None:
        return ()
    compared = _Compared(
        old, msgspec.structs.replace(old, bases=tuple(bases), facts=facts)
    )
    return tuple(
        f"{exercise}: judged again: {'; '.join(cause.text for cause in causes)}"
        for exercise in exercises
        if (causes := compared.judging(exercise))
    )


def _totals(results: Results) -> dict[str, tuple[int, float, float]]:
    """Return where each student stands in the results, the score and full marks."""
    return {
        one.student: (place, one.score, one.max_score)
        for place, one in enumerate(results.submissions)
    }


class _Compared:
    """Two results, and what differs between them for everybody."""

    def __init__(self, old: Results, new: Results) -> None:
        self._old = {basis.exercise: basis for basis in old.bases}
        self._new = {basis.exercise: basis for basis in new.bases}
        self._facts = tuple(_facts(old, new))
        self._rules = {
            key: _changed(key, old.rules.get(key, "none"), new.rules.get(key, "none"))
            for key in {**old.rules, **new.rules}
            if old.rules.get(key) != new.rules.get(key)
        }

    def judging(self, exercise: str) -> tuple[Cause, ...]:
        """Return why verdicts on an exercise that were reached before do not stand."""
        return *self._of_basis(exercise, []), *self._facts

    def student(
        self, name: str, old: SubmissionResult | None, new: SubmissionResult | None
    ) -> Moved:
        """Return what moved in one student's total."""
        before = {ex.exercise: ex for ex in old.exercises} if old else {}
        after = {ex.exercise: ex for ex in new.exercises} if new else {}
        return Moved(
            name=name,
            before=_score(old),
            after=_score(new),
            causes=tuple(self._of_total(old, new)) if old and new else (),
            exercises=tuple(
                self._exercise(exercise, before.get(exercise), after.get(exercise))
                for exercise in {**before, **after}
                if _score(before.get(exercise)) != _score(after.get(exercise))
            ),
        )

    def _exercise(
        self, name: str, old: ExerciseResult | None, new: ExerciseResult | None
    ) -> Moved:
        causes = tuple(self._of_exercise(old, new)) if old and new else ()
        return Moved(name, _score(old), _score(new), causes)

    def _of_exercise(self, old: ExerciseResult, new: ExerciseResult) -> Iterator[Cause]:
        moved = _moved_checks(old, new)
        if moved:
            judging = [
                *_of_file(old, new),
                *self._of_basis(new.exercise, moved),
                *self._facts,
            ]
            worth = list(_of_points(old, new))
            yield from judging
            yield from worth
            if not judging and not worth:
                yield Cause(WhyMoved.AGAIN, f"another outcome: {', '.join(moved)}")
        rules = self._rules_of(f"exercise.{new.exercise}.", _OF_EXERCISES)
        if old.adjustments != new.adjustments:
            yield from _of_rules(rules)
            why = (
                WhyMoved.HAND_IN if old.delivery != new.delivery else WhyMoved.DECISION
            )
            told = _PEOPLE if rules else (*_PEOPLE, *_TIMES)
            yield from _of_reasons(old.adjustments, new.adjustments, told, why)

    def _of_total(
        self, old: SubmissionResult, new: SubmissionResult
    ) -> Iterator[Cause]:
        if old.adjustments != new.adjustments:
            yield from _of_rules(self._rules_of("exercise.", _OF_TOTAL))
            yield from _of_reasons(
                old.adjustments, new.adjustments, _PEOPLE, WhyMoved.DECISION
            )

    def _of_basis(self, exercise: str, moved: list[str]) -> Iterator[Cause]:
        """Yield which checks of an exercise changed, or that something beside them did.

        Of several, those are named that gave something else.
        """
        old, new = self._old.get(exercise), self._new.get(exercise)
        if old is None or new is None or old.fingerprint == new.fingerprint:
            return
        checks = {**old.checks, **new.checks}
        names = [n for n in checks if old.checks.get(n) != new.checks.get(n)]
        if not names:
            text = "the solution, the limits or a file beside the checks changed"
            yield Cause(WhyMoved.CHECKS, text)
        for name in [name for name in names if name in moved] or names:
            what = (
                "changed"
                if name in old.checks and name in new.checks
                else ("new" if name in new.checks else "removed")
            )
            yield Cause(WhyMoved.CHECKS, f"{what} check: {name}")

    def _rules_of(self, prefix: str, keys: tuple[str, ...]) -> list[str]:
        """Return the changed rules of the course, or of the exercises with a prefix."""
        return [
            text
            for key, text in self._rules.items()
            if key in keys or (key.startswith(prefix) and key.split(".")[-1] in keys)
        ]


def _score(result: ExerciseResult | SubmissionResult | None) -> Score | None:
    return Score(result.score, result.max_score) if result else None


def _changed(what: str, before: str, after: str) -> str:
    return f"{what}: {after}, before {before}"


def _facts(old: Results, new: Results) -> Iterator[Cause]:
    """Yield what the verdicts were reached with that is another."""
    if old.facts is None or new.facts is None:
        return
    for name in new.facts.__struct_fields__:
        before, after = getattr(old.facts, name), getattr(new.facts, name)
        if before != after:
            yield Cause(WhyMoved.FACTS, _changed(name, before, after))


def _moved_checks(old: ExerciseResult, new: ExerciseResult) -> list[str]:
    """Return the checks that gave something else, or that one side lacks."""
    before = {check.name: _gave(check) for check in old.checks}
    after = {check.name: _gave(check) for check in new.checks}
    names = {**before, **after}
    return [name for name in names if before.get(name) != after.get(name)]


def _gave(check: CheckResult) -> tuple[str, float, float]:
    return check.outcome, check.score, check.max_score


def _of_file(old: ExerciseResult, new: ExerciseResult) -> Iterator[Cause]:
    if old.sha256 == new.sha256:
        return
    if old.file is None:
        text = f"handed in since: {new.file}"
    elif new.file is None:
        text = f"no longer there: {old.file}"
    else:
        text = f"another file: {new.file}, before {old.file}"
    if old.file == new.file:
        text = f"another version of {new.file}"
    yield Cause(WhyMoved.HAND_IN, text)


def _of_points(old: ExerciseResult, new: ExerciseResult) -> Iterator[Cause]:
    before = {check.name: check.max_score for check in old.checks}
    for check in new.checks:
        worth = before.get(check.name, check.max_score)
        if worth != check.max_score:
            points = number(check.max_score, _DIGITS), number(worth, _DIGITS)
            text = _changed(f"points of {check.name}", points[1], points[0])
            yield Cause(WhyMoved.POINTS, text)


def _of_rules(texts: list[str]) -> Iterator[Cause]:
    return (Cause(WhyMoved.RULE, text) for text in texts)


def _of_reasons(
    old: tuple[Adjustment, ...],
    new: tuple[Adjustment, ...],
    policies: tuple[str, ...],
    why: WhyMoved,
) -> Iterator[Cause]:
    """Yield the reasons of some policies that are on one side only."""
    before = [one.reason for one in old if one.by in policies]
    after = [one.reason for one in new if one.by in policies]
    for reason in after:
        if reason not in before:
            yield Cause(why, reason)
    for reason in before:
        if reason not in after:
            yield Cause(why, f"no longer: {reason}")


def frozen(results: Results) -> Results:
    """Return results with all that says whose grade moves and why, and nothing else."""
    submissions = tuple(
        msgspec.structs.replace(
            submission,
            exercises=tuple(map(_frozen, submission.exercises)),
        )
        for submission in results.submissions
    )
    return msgspec.structs.replace(results, submissions=submissions, unexplained=())


def _frozen(exercise: ExerciseResult) -> ExerciseResult:
    checks = tuple(
        msgspec.structs.replace(
            check, about=(), message="", said=(), mistake=None, question=None
        )
        for check in exercise.checks
    )
    return msgspec.structs.replace(
        exercise, checks=checks, notes=(), unexplained=(), curves=()
    )
