"""When an exercise is due for one student, and how late a moment is."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import msgspec

from grader.decisions import Extension

if TYPE_CHECKING:
    from grader.policies.circumstances import Circumstances

_DAY = dt.timedelta(days=1)
_HOUR = dt.timedelta(hours=1)


class Deadline(msgspec.Struct, frozen=True):
    """The dates of one exercise for one student.

    Attributes:
        due: when it is due.
        accept_until: when it stops earning points.
        grace: what is forgiven at the due date, and at each day or hour after it.
        original: when it is due for those who have no extension.
        extension: the extension that moved the due date.
    """

    due: dt.datetime | None
    accept_until: dt.datetime | None
    grace: dt.timedelta
    original: dt.datetime | None
    extension: Extension | None = None

    def later(self, days: float) -> Deadline:
        """Return the same with the due date moved by some days."""
        due = None if self.due is None else self.due + days * _DAY
        return msgspec.structs.replace(self, due=due)

    def accepts(self, moment: dt.datetime) -> bool:
        """Whether work that is handed in then can earn points."""
        return (
            self.accept_until is None
            or elapsed(self.accept_until, moment) <= dt.timedelta(0)
            or self.meets(moment)
        )

    def meets(self, moment: dt.datetime) -> bool:
        """Whether work that is handed in then is in time."""
        return self.due is None or elapsed(self.due, moment) <= self.grace

    def started_days(self, moment: dt.datetime) -> int:
        """Return how many days late a moment is, a day begun being a whole one.

        A day ends at the time of day of the due date, also where the clocks change.
        """
        if self.due is None or self.meets(moment):
            return 0
        late = elapsed(self.due, moment) - self.grace
        # The clocks change by less than a day.
        days = max(late // _DAY - 1, 1)
        while not self.later(days).meets(moment):
            days += 1
        return days

    def hours(self, moment: dt.datetime) -> float:
        """Return how many hours late a moment is, after the grace."""
        if self.due is None:
            return 0.0
        return max((elapsed(self.due, moment) - self.grace) / _HOUR, 0.0)

    def started_hours(self, moment: dt.datetime) -> int:
        """Return how many hours late a moment is, an hour begun being a whole one."""
        return math.ceil(self.hours(moment))


def elapsed(start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Return the time that passes between two moments, whatever the clocks show."""
    return end.astimezone(dt.UTC) - start.astimezone(dt.UTC)


def deadline_of(exercise: str, circumstances: Circumstances) -> Deadline:
    """Return when an exercise is due for a student, with the longest extension."""
    rules = circumstances.rules.of(exercise)
    late = circumstances.rules.course.late
    accept_until = rules.accept_until
    if accept_until is None and rules.due and late and late.accept_days is not None:
        accept_until = rules.due + late.accept_days * _DAY
    deadline = Deadline(
        due=rules.due,
        accept_until=accept_until,
        grace=dt.timedelta(minutes=late.grace_minutes if late else 0.0),
        original=rules.due,
    )
    extensions = circumstances.decided(Extension, exercise)
    if not extensions:
        return deadline
    options = [deadline, *(_extended(deadline, given) for given in extensions)]
    return max(options, key=_lasts)


def _extended(deadline: Deadline, extension: Extension) -> Deadline:
    """Return the dates with one extension: neither comes earlier by it."""
    return msgspec.structs.replace(
        deadline,
        due=_moved(deadline.due, deadline.due, extension),
        accept_until=_moved(deadline.accept_until, deadline.due, extension),
        extension=extension,
    )


def _moved(
    moment: dt.datetime | None, due: dt.datetime | None, extension: Extension
) -> dt.datetime | None:
    if moment is None:
        return None
    if extension.days is not None:
        return moment + extension.days * _DAY
    until = extension.until
    if until is None:
        return moment
    # What was accepted for a while after the due date is so after the new one.
    further = elapsed(due, until) if due else elapsed(moment, until)
    return max(moment, _in_zone(moment, further), key=_utc)


def _in_zone(moment: dt.datetime, further: dt.timedelta) -> dt.datetime:
    return (_utc(moment) + further).astimezone(moment.tzinfo)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC)


def _lasts(deadline: Deadline) -> tuple[dt.datetime, dt.datetime]:
    ever = dt.datetime.max.replace(tzinfo=dt.UTC)
    dates = deadline.due, deadline.accept_until
    due, accept_until = (_utc(date) if date else ever for date in dates)
    return due, accept_until
