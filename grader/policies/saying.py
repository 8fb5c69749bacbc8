"""Times and points in words for a student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Clock, Delivery
from grader.text import number

if TYPE_CHECKING:
    import datetime as dt

    from grader.decisions import Decision

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_CLOCKS = {
    Clock.LMS: "",
    Clock.COMMIT: " by the time of the commit",
    Clock.FILE: " by the time of the file",
}


def date(moment: dt.datetime) -> str:
    """Return a moment as one writes it: 2 November 2026, 23:59 CET."""
    month = _MONTHS[moment.month - 1]
    zone = moment.tzname() or ""
    return f"{moment.day} {month} {moment.year}, {moment:%H:%M} {zone}".rstrip()


def span(length: dt.timedelta) -> str:
    """Return how long something is, in its two largest units: 1 day and 3 hours."""
    left = int(length.total_seconds())
    parts = []
    for name, seconds in _UNITS:
        count, left = divmod(left, seconds)
        parts.append((count, name))
    while parts and not parts[0][0]:
        parts.pop(0)
    shown = [counted(count, name) for count, name in parts[:2] if count]
    return " and ".join(shown) or "less than a minute"


def counted(count: float, noun: str) -> str:
    """Return a number with its noun: 1 point, 2.5 points."""
    return f"{number(count, 6)} {noun}{'' if count == 1 else 's'}"


def of_points(score: float, max_score: float) -> str:
    """Return a score as one says it: 8 of 10 points."""
    return f"{number(score, 6)} of {counted(max_score, 'point')}"


def by_clock(delivery: Delivery) -> str:
    """Return whose clock was read, where it is not the platform's."""
    return _CLOCKS[delivery.clock]


def because(decision: Decision) -> str:
    """Return who decided, and why where that was said."""
    reason = f": {decision.reason.rstrip('.')}" if decision.reason else ""
    return f"by {decision.by}{reason}"
