"""The rules by which points become a grade, as `course.toml` states them."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Annotated, Literal, TypeVar

import msgspec

from grader.errors import UsageError
from grader.text import did_you_mean

Percent = Annotated[float, msgspec.Meta(ge=0, le=100)]
AboveZero = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]


class StrictTable(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True
):
    """A table of `course.toml`; unknown keys are refused."""


class LateStep(StrictTable, frozen=True, kw_only=True):
    """What lateness costs from some hours on.

    Attributes:
        after_hours: the step is for work that is later than this.
        percent: what it costs, in percent.
    """

    after_hours: NotNegative
    percent: Percent


class Late(StrictTable, frozen=True, kw_only=True):
    """What lateness costs: a percentage for each day or hour, or steps.

    Attributes:
        percent: what each day or hour, or part of one, costs, in percent.
        per: "day" or "hour". A day ends at the time of day of the due date, also where
            the clocks change.
        steps: what lateness costs from some hours on; instead of `percent`.
        of: what the percentages are of: "score", what the work earned, or "points",
            what the exercise is worth.
        grace_minutes: work that is late by no more costs nothing; later work counts
            from the due date.
        at_most: the most that lateness costs, in percent.
        accept_days: how many days after the due date work still earns points.
    """

    percent: Percent | None = None
    per: Literal["day", "hour"] = "day"
    steps: tuple[LateStep, ...] = ()
    of: Literal["score", "points"] = "score"
    grace_minutes: NotNegative = 0.0
    at_most: Percent = 100.0
    accept_days: NotNegative | None = None


class LateDays(StrictTable, frozen=True, kw_only=True):
    """Days that each student may be late without a cost, in the course as a whole.

    They are spent exercise by exercise, in the order of the due dates, on work that is
    late and still accepted.

    Attributes:
        budget: how many days each student has.
        per_exercise: how many of them may be spent on one exercise.
    """

    budget: AtLeastOne
    per_exercise: AtLeastOne | None = None


class Attempts(StrictTable, frozen=True, kw_only=True):
    """Which of several attempts counts, and what further attempts cost.

    Attributes:
        keep: "latest", "first", or "best": the one with the most points after what
            lateness and further attempts cost.
        free: how many attempts cost nothing.
        percent: what each further attempt costs, in percent of what the work earned.
        at_most: the most that further attempts cost, in percent.
    """

    keep: Literal["latest", "best", "first"] = "latest"
    free: AtLeastOne = 1
    percent: Percent = 0.0
    at_most: Percent = 100.0


class Drop(StrictTable, frozen=True, kw_only=True):
    """A group of exercises of which some do not count.

    They are those without which the grade is best: the lowest, where all exercises of
    the group are worth the same.

    Attributes:
        lowest: how many of the group do not count.
        best: how many of the group count; instead of `lowest`.
        exercises: the group; all exercises where it is empty. Exercises for extra
            credit are never dropped.
    """

    lowest: AtLeastOne | None = None
    best: AtLeastOne | None = None
    exercises: tuple[str, ...] = ()


class Rounding(StrictTable, frozen=True, kw_only=True):
    """How the total is rounded: once, at the end.

    Attributes:
        to: the total becomes a multiple of this: 1 for whole points, 0.5 for halves.
        method: "half_up", "half_even", "up" or "down".
    """

    to: AboveZero = 1.0
    method: Literal["half_up", "half_even", "up", "down"] = "half_up"


class CourseRules(StrictTable, frozen=True, kw_only=True):
    """The rules of a whole course.

    Attributes:
        timezone: the time zone of dates without an offset, such as "Europe/Berlin".
        due: when the exercises are due, unless they say otherwise.
        accept_until: when the exercises stop earning points, unless they say otherwise.
        late: what lateness costs; without this table it costs nothing.
        late_days: days that each student may be late without a cost.
        attempts: which attempt counts, and what further ones cost.
        drop: groups of which some exercises do not count.
        rounding: how the total is rounded; without this table it is not.
        letter_grades: the lowest percentage of each letter grade, such as `A = 90`; one
            of them is 0.
    """

    timezone: str | None = None
    due: dt.datetime | None = None
    accept_until: dt.datetime | None = None
    late: Late | None = None
    late_days: LateDays | None = None
    attempts: Attempts = Attempts()
    drop: tuple[Drop, ...] = ()
    rounding: Rounding | None = None
    letter_grades: dict[str, NotNegative] = msgspec.field(default_factory=dict)


class ExerciseRules(StrictTable, frozen=True, kw_only=True):
    """The rules of one exercise.

    Attributes:
        due: when the exercise is due.
        accept_until: when it stops earning points.
        weight: what it counts in the total; without weights it counts its points. If
            one exercise has a weight, all have one.
        extra: whether it is extra credit: its points come on top, and the total is out
            of the points of the others.
        extra_checks: checks for extra credit; the exercise is out of the points of the
            others.
        all_or_nothing: groups of checks that earn their points only together; `true`
            for all checks of the exercise.
    """

    due: dt.datetime | None = None
    accept_until: dt.datetime | None = None
    weight: AboveZero | None = None
    extra: bool = False
    extra_checks: tuple[str, ...] = ()
    all_or_nothing: bool | tuple[tuple[str, ...], ...] = False


class Rules(msgspec.Struct, frozen=True):
    """The rules of a course and its exercises; every date has a time zone."""

    course: CourseRules = CourseRules()
    exercises: dict[str, ExerciseRules] = {}

    @property
    def zone(self) -> dt.tzinfo | None:
        """The time zone of times without an offset; None where the course has none."""
        name = self.course.timezone
        return _named(name) if name else None

    def of(self, exercise: str) -> ExerciseRules:
        """Return the rules of one exercise, the course's dates filled in."""
        own = self.exercises.get(exercise, ExerciseRules())
        return msgspec.structs.replace(
            own,
            due=own.due or self.course.due,
            accept_until=own.accept_until or self.course.accept_until,
        )


def moment(text: str, zone: dt.tzinfo | None) -> dt.datetime:
    """Return the moment that a date names; a date without a time is its last minute.

    Args:
        text: such as 2026-11-09, 2026-11-09T12:00 or 2026-11-09T12:00+01:00.
        zone: the time zone of a date without an offset.

    Raises:
        UsageError: it is no date, or has no time zone.
    """
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text}: expected a date such as 2026-11-09 or 2026-11-09T23:59."
        ) from error
    with contextlib.suppress(ValueError):
        dt.date.fromisoformat(text)  # a date without a time
        found = found.replace(hour=23, minute=59)
    if found.tzinfo is None and zone is None:
        raise UsageError(
            f"{text}: expected a time zone. Add an offset, as in {text}+01:00, or "
            f"`timezone` to course.toml."
        )
    return found if found.tzinfo else found.replace(tzinfo=zone)


_Dated = TypeVar("_Dated", CourseRules, ExerciseRules)


def rules_of(
    course: CourseRules, exercises: dict[str, ExerciseRules], problems: list[str]
) -> Rules:
    """Return the rules with a time zone in every date.

    Args:
        course: the course's rules, as they stand in `course.toml`.
        exercises: those of each exercise.
        problems: gets a sentence for each date without a time zone.
    """
    zone = _zone(course.timezone, problems)
    return Rules(
        course=_with_zone(course, zone, "", problems),
        exercises={
            name: _with_zone(own, zone, f"exercise.{name}.", problems)
            for name, own in exercises.items()
        },
    )


def _zone(name: str | None, problems: list[str]) -> dt.tzinfo | None:
    if name is None:
        return None
    import zoneinfo

    try:
        return _named(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # Not `EST` for `CEST`: what is short is an offset, far away.
        places = (zone for zone in zoneinfo.available_timezones() if "/" in zone)
        near = did_you_mean(name, places)
        problems.append(
            f"timezone: expected a time zone such as 'Europe/Berlin', got {name!r}."
            f"{near}"
        )
        return dt.UTC


def _named(zone: str) -> dt.tzinfo:
    """Return a time zone by its name."""
    from zoneinfo import ZoneInfo  # slow to import, and most courses name none

    return ZoneInfo(zone)


def _with_zone(
    rules: _Dated, zone: dt.tzinfo | None, where: str, problems: list[str]
) -> _Dated:
    dates = {"due": rules.due, "accept_until": rules.accept_until}
    for key, date in dates.items():
        if date is not None and date.tzinfo is None:
            dates[key] = date.replace(tzinfo=zone)
            if zone is None:
                problems.append(
                    f"{where}{key}: expected a time zone, got {date.isoformat()} "
                    f'alone. Add an offset, or timezone = "Europe/Berlin" to the '
                    f"course."
                )
    return msgspec.structs.replace(rules, **dates)


def stated(rules: Rules) -> dict[str, str]:
    """Return the rules that were stated, as JSON, by their keys in `course.toml`."""
    tables = {"": rules.course} | {
        f"exercise.{name}.": own for name, own in rules.exercises.items()
    }
    return {
        f"{prefix}{key}": msgspec.json.encode(getattr(table, key)).decode()
        for prefix, table in tables.items()
        for key in table.__struct_fields__
        if getattr(table, key) != getattr(type(table)(), key)
    }
