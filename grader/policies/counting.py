"""Which exercises count in the total, where some are dropped or excused.

Of all choices that the rules allow, the one that makes the grade best is taken. So no
rule here costs anybody anything, and nobody's grade falls because a score rises, also
where exercises are worth different points. It is found as a ratio is maximised
(Dinkelbach): against a grade that was reached, each exercise has a surplus; the choice
with the largest surplus reaches a better grade, until no choice does.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from grader.course import Drop
from grader.decisions import Excused
from grader.model import Adjustment
from grader.policies.arithmetic import exact
from grader.scoring import total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances

_ZERO = Fraction(0)


class Share(msgspec.Struct, frozen=True):
    """What one exercise brings to the total, weighted.

    Attributes:
        exercise: its id.
        score: points earned.
        max_score: points for full marks.
        extra_max: points that extra credit can bring.
    """

    exercise: str
    score: float
    max_score: float
    extra_max: float

    def surplus(self, part: Fraction) -> Fraction:
        """Return what was earned beyond a part of the points."""
        return exact(self.score) - part * exact(self.max_score)

    def taken_out(self, by: str, reason: str) -> Adjustment:
        """Return what makes the exercise count nothing."""
        return Adjustment(
            points=0.0 - self.score,
            reason=reason,
            by=by,
            exercise=self.exercise,
            max_points=0.0 - self.max_score,
            extra_points=0.0 - self.extra_max,
        )


class Group(msgspec.Struct, frozen=True):
    """Exercises of which some count; those in no group of a rule are one each."""

    shares: tuple[Share, ...]
    rule: Drop | None = None

    def surplus_count(self, size: int) -> int:
        """Return how many of so many exercises are dropped; one always counts."""
        if self.rule is None:
            return 0
        count = size - self.rule.best if self.rule.best else self.rule.lowest or 0
        return max(0, min(count, size - 1))


class Choice(msgspec.Struct, frozen=True):
    """What becomes of the exercises of a group, or of all of them.

    Attributes:
        kept: those that count.
        excused: those that do not count because they are excused.
        dropped: those that do not count because they are dropped.
    """

    kept: tuple[Share, ...] = ()
    excused: tuple[Share, ...] = ()
    dropped: tuple[Share, ...] = ()

    def surplus(self, part: Fraction) -> Fraction:
        """Return what those that count earned beyond a part of their points."""
        return sum((share.surplus(part) for share in self.kept), _ZERO)


def shares(submission: SubmissionResult) -> dict[str, Share]:
    """Return what each exercise brings to the total, by its id."""
    found = {}
    for exercise in submission.exercises:
        own = [a for a in submission.adjustments if a.exercise == exercise.exercise]
        found[exercise.exercise] = Share(
            exercise.exercise,
            _sum(exercise.score, (a.points for a in own)),
            _sum(exercise.max_score, (a.max_points for a in own)),
            _sum(exercise.extra_max, (a.extra_points for a in own)),
        )
    return found


def to_excuse(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Share, ...]:
    """Return the excused exercises that do not count.

    One that the student did counts all the same where the grade is better with it.
    """
    groups, on_top = _groups(submission, circumstances)
    excused = {
        share.exercise
        for group in groups
        for share in group.shares
        if circumstances.decided(Excused, share.exercise)
    }
    return _best(groups, on_top, excused).excused if excused else ()


def to_drop(
    submission: SubmissionResult, circumstances: Circumstances
) -> Iterator[tuple[Share, Group]]:
    """Yield the exercises that are dropped, with their groups."""
    groups, on_top = _groups(submission, circumstances)
    dropped = _best(groups, on_top, frozenset()).dropped
    for group in groups:
        yield from ((share, group) for share in group.shares if share in dropped)


def _groups(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[tuple[Group, ...], Fraction]:
    """Return the exercises that the total is out of, and the points beside them."""
    counted = [
        share
        for share in shares(submission).values()
        if share.max_score > 0 and not circumstances.rules.of(share.exercise).extra
    ]
    beside = exact(submission.score) - sum(exact(share.score) for share in counted)
    groups = []
    for rule in circumstances.rules.course.drop:
        names = rule.exercises or [share.exercise for share in counted]
        groups.append(Group(tuple(s for s in counted if s.exercise in names), rule))
    grouped = [share for group in groups for share in group.shares]
    groups += [Group((share,)) for share in counted if share not in grouped]
    return tuple(groups), beside


def _best(
    groups: tuple[Group, ...], on_top: Fraction, excused: Collection[str]
) -> Choice:
    """Return the choice that makes the grade best."""
    part, best = _ZERO, _together(_of_group(g, excused, _ZERO) for g in groups)
    while True:
        reached = sum((exact(share.max_score) for share in best.kept), _ZERO)
        if not reached:
            return best
        new = (best.surplus(_ZERO) + on_top) / reached
        choice = _together(_of_group(group, excused, new) for group in groups)
        # Who did something is not excused from all of it.
        if new <= part or not choice.kept:
            return best
        part, best = new, choice


def _of_group(group: Group, excused: Collection[str], part: Fraction) -> Choice:
    """Return the choice in one group with the largest surplus over a grade."""
    ranked = sorted(
        enumerate(group.shares), key=lambda pair: (pair[1].surplus(part), -pair[0])
    )
    lowest = [share for _, share in ranked]
    free = [share for share in lowest if share.exercise in excused]
    choices = []
    for count in range(len(free) + 1):
        pool = [share for share in lowest if share not in free[:count]]
        cut = group.surplus_count(len(pool))
        choices.append(
            Choice(tuple(pool[cut:]), tuple(free[:count]), tuple(pool[:cut]))
        )
    return max(choices, key=lambda one: (one.surplus(part), len(one.excused)))


def _together(choices: Iterable[Choice]) -> Choice:
    parts = tuple(choices)
    return Choice(
        kept=tuple(share for one in parts for share in one.kept),
        excused=tuple(share for one in parts for share in one.excused),
        dropped=tuple(share for one in parts for share in one.dropped),
    )


def _sum(own: float, adjusted: Iterable[float]) -> float:
    return total((own, *adjusted))
