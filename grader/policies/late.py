"""What lateness costs: percentages by day or hour, steps, and the last acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Adjustment
from grader.policies.arithmetic import exact, lower, percent_of
from grader.policies.deadlines import Deadline, deadline_of, elapsed
from grader.policies.late_days import spent_days
from grader.policies.saying import because, by_clock, counted, date, span
from grader.text import number

if TYPE_CHECKING:
    from grader.course import Late
    from grader.model import Delivery, ExerciseResult, SubmissionResult
    from grader.policies.circumstances import Circumstances


def late(
    submission: SubmissionResult, circumstances: Circumstances
) -> tuple[Adjustment, ...]:
    """Return what lateness takes, after extensions and late days.

    An extension that made work come in time is told, and takes nothing.
    """
    spent = spent_days(submission, circumstances)
    found = []
    for exercise in submission.exercises:
        if exercise.delivery is not None:
            days = spent[exercise.exercise].days if exercise.exercise in spent else 0
            deadline = deadline_of(exercise.exercise, circumstances)
            rules = circumstances.rules.course.late
            told = _told(exercise, exercise.delivery, deadline, days, rules)
            found += [told] if told else []
    return tuple(found)


def _told(
    exercise: ExerciseResult,
    delivery: Delivery,
    deadline: Deadline,
    days: int,
    rules: Late | None,
) -> Adjustment | None:
    if not deadline.accepts(delivery.at):
        return _adjustment(exercise, exercise.score, _refused(delivery, deadline))
    if deadline.meets(delivery.at):
        reason = _extended(delivery, deadline)
        return _adjustment(exercise, 0.0, reason) if reason else None
    covered = deadline.later(days)
    if rules is None or covered.meets(delivery.at):
        return None
    percent, why = _percent(delivery, covered, rules)
    if not percent:
        return None
    base = exercise.score if rules.of == "score" else exercise.max_score
    of = "" if rules.of == "score" else f" of {counted(base, 'point')}"
    reason = f"{_how_late(delivery, deadline)}: {why}{number(percent)} %{of} less."
    return _adjustment(exercise, percent_of(percent, base), reason)


def _adjustment(exercise: ExerciseResult, cost: float, reason: str) -> Adjustment:
    return Adjustment(
        points=lower(exercise, cost),
        reason=reason,
        by="late",
        exercise=exercise.exercise,
    )


def _percent(delivery: Delivery, deadline: Deadline, rules: Late) -> tuple[float, str]:
    """Return what lateness costs in percent, and how that comes about."""
    if rules.steps:
        hours = deadline.hours(delivery.at)
        reached = [step for step in rules.steps if hours > step.after_hours]
        if not reached:
            return 0.0, ""
        return min(reached[-1].percent, rules.at_most), (
            f"later than {counted(reached[-1].after_hours, 'hour')} costs "
        )
    if rules.per == "day":
        units = deadline.started_days(delivery.at)
    else:
        units = deadline.started_hours(delivery.at)
    each = rules.percent or 0.0
    percent = float(exact(each) * units)
    begun = f"{counted(units, rules.per)} begun, {number(each)} % each"
    if percent > rules.at_most:
        return rules.at_most, f"{begun}, at most {number(rules.at_most)} %: "
    return percent, f"{begun}: "


def _how_late(delivery: Delivery, deadline: Deadline) -> str:
    if deadline.due is None:
        return "Handed in"
    length = span(elapsed(deadline.due, delivery.at))
    return (
        f"Handed in {length} late{by_clock(delivery)} (it was due on "
        f"{date(deadline.due)})"
    )


def _refused(delivery: Delivery, deadline: Deadline) -> str:
    last = deadline.accept_until or delivery.at
    return (
        f"Handed in {span(elapsed(last, delivery.at))}{by_clock(delivery)} after the "
        f"last date, {date(last)}: no points."
    )


def _extended(delivery: Delivery, deadline: Deadline) -> str:
    """Return how an extension made work come in time; empty if it did not."""
    given = deadline.extension
    plain = Deadline(
        deadline.original, deadline.original, deadline.grace, deadline.original
    )
    if given is None or deadline.due is None or plain.meets(delivery.at):
        return ""
    return f"In time: extended until {date(deadline.due)} {because(given)}."
