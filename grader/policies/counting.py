"""Which exercises count in the total, where some are dropped or excused.

Of all choices that the rules allow, the one with the best grade is taken. So no rule
here costs anybody anything, and no grade falls because a score rises, even if exercises
are worth different points. The search maximises a ratio (Dinkelbach): compared with a
grade that some choice reaches, each exercise has a surplus, and the choice with the
largest surplus reaches a better grade, until none does.
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


class Contribution(msgspec.Struct, frozen=True):
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
        """Return the adjustment that makes the exercise count for nothing."""
        return Adjustment(
            points=0.0 - self.score,
            reason=reason,
            by=by,
            exercise=self.exercise,
            max_points=0.0 - self.max_score,
            extra_points=0.0 - self.extra_max,
        )


class Group(msgspec.Struct, frozen=True):
    """Exercises of which some count; one that no rule groups is a group of its own."""

    shares: tuple[Contribution, ...]
    rule: Drop | None = None

    def surplus_count(self, size: int) -> int:
        """Return how many of some exercises are dropped; one always counts."""
        if self.rule is None:
            return 0
        count = size - self.rule.best if self.rule.best else self.rule.lowest or 0
        return max(0, min(count, size - 1))


class Counted(msgspec.Struct, frozen=True):
    """What becomes of the exercises of a group, or of all of them.

    Attributes:
        kept: those that count.
        excused: those that do not count because they are excused.
        dropped: those that do not count because they are dropped.
    """

    kept: tuple[Contribution, ...] = ()
    excused: tuple[Contribution, ...] = ()
    dropped: tuple[Contribution, ...] = ()

    def surplus(self, part: Fraction) -> Fraction:
        """Return what those that count earned beyond a part of their points."""
        return sum((share.surplus(part) for share in self.kept), _ZERO)

    def part(self, on_top: Fraction) -> Fraction:
        """Return the part of the points that was earned, with points from elsewhere."""
        reached = sum((exact(share.max_score) for share in self.kept), _ZERO)
        return (self.surplus(_ZERO) + on_top) / reached


def shares(submission: SubmissionResult) -> dict[str, Contribution]:
    """Return what each exercise brings to the total, by its id."""
    found = {}
    for exercise in submission.exercises:
        own = [a for a in submission.adjustments if a.exercise == exercise.exercise]
        found[exercise.exercise] = Contribution(
            exercise.exercise,
            _sum(exercise.score, (a.points for a in own)),
            _sum(exercise.max_score, (a.max_points for a in own)),
            _sum(exercise.extra_max, (a.extra_points for a in own)),
        )
    return found


def to_excuse(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Contribution, ...]:
    """Return the excused exercises that do not count.

    One that the student handed in still counts if the grade is better with it.
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
) -> Iterator[tuple[Contribution, Group]]:
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
    groups: list[Group] = []
    for rule in circumstances.rules.course.drop:
        names = rule.exercises or [share.exercise for share in counted]
        chosen = tuple(share for share in counted if share.exercise in names)
        groups += [Group(chosen, rule)] if chosen else []
    grouped = [share for group in groups for share in group.shares]
    groups += [Group((share,)) for share in counted if share not in grouped]
    return tuple(groups), beside


def _best(
    groups: tuple[Group, ...], on_top: Fraction, excused: Collection[str]
) -> Counted:
    """Return the choice that makes the grade best; something counts in it.

    Nothing counts for those who are excused from everything and did nothing.
    """
    every = [share for group in groups for share in group.shares]
    if all(share.exercise in excused and not share.score for share in every):
        return Counted(excused=tuple(every))
    best = _over(groups, excused, _ZERO)
    part = _ZERO
    while (new := best.part(on_top)) > part:
        best, part = _over(groups, excused, new), new
    return best


def _over(
    groups: tuple[Group, ...], excused: Collection[str], part: Fraction
) -> Counted:
    """Return the choice with the largest surplus over a grade; something counts."""
    choices = [_of_group(group, excused, part)[0] for group in groups]
    if not any(choice.kept for choice in choices):
        some = [
            next(choice for choice in _of_group(group, excused, part) if choice.kept)
            for group in groups
        ]
        least = max(range(len(some)), key=lambda index: some[index].surplus(part))
        choices[least] = some[least]
    return Counted(
        kept=tuple(share for one in choices for share in one.kept),
        excused=tuple(share for one in choices for share in one.excused),
        dropped=tuple(share for one in choices for share in one.dropped),
    )


def _of_group(group: Group, excused: Collection[str], part: Fraction) -> list[Counted]:
    """Return the choices in one group, the one with the largest surplus first."""
    ranked = sorted(
        enumerate(group.shares), key=lambda pair: (pair[1].surplus(part), -pair[0])
    )
    lowest = [share for _, share in ranked]
    free = [share for share in lowest if share.exercise in excused]
    choices = []
    for count in range(len(free), -1, -1):
        pool = [share for share in lowest if share not in free[:count]]
        cut = group.surplus_count(len(pool))
        choices.append(
            Counted(tuple(pool[cut:]), tuple(free[:count]), tuple(pool[:cut]))
        )
    # Sorting is stable: of equal choices, the one that excuses more comes first.
    return sorted(choices, key=lambda choice: -choice.surplus(part))


def _sum(own: float, adjusted: Iterable[float]) -> float:
    return total((own, *adjusted))
