"""Dates, grace, late days and extensions: what lateness costs, and what it says."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from policies.results import (
    BERLIN,
    DAY,
    DUE,
    HOUR,
    MINUTE,
    excuse,
    exercise,
    extension,
    graded,
    late_rules,
    reason_of,
    rules,
    score_when,
    submission,
    with_decisions,
)

from grader.course.rules import CourseRules, ExerciseRules, Late, LateDays, LateStep
from grader.model import Clock


@pytest.mark.parametrize(
    ("late", "score"),
    [(-HOUR, 8.0), (0 * HOUR, 8.0), (MINUTE, 7.2), (DAY, 7.2), (DAY + MINUTE, 6.4)],
)
def test_each_day_begun_costs_its_percentage(late: dt.timedelta, score: float) -> None:
    assert score_when(late, late_rules()) == score


def test_each_hour_begun_costs_its_percentage() -> None:
    by_hour = late_rules(Late(percent=5, per="hour"))

    assert score_when(HOUR, by_hour) == 7.6
    assert score_when(HOUR + MINUTE, by_hour) == 7.2


def test_percentages_of_the_points_are_taken_from_the_score() -> None:
    of_points = late_rules(Late(percent=30, of="points"))

    assert score_when(HOUR, of_points) == 5.0
    assert score_when(3 * DAY, of_points) == 0.0


def test_no_score_falls_below_zero_and_the_cap_holds() -> None:
    assert score_when(40 * DAY, late_rules()) == 0.0
    assert score_when(40 * DAY, late_rules(Late(percent=10, at_most=50))) == 4.0


def test_grace_is_forgiven_at_each_boundary() -> None:
    grace = late_rules(Late(percent=10, grace_minutes=15))

    assert score_when(15 * MINUTE, grace) == 8.0
    assert score_when(16 * MINUTE, grace) == 7.2
    assert score_when(DAY + 15 * MINUTE, grace) == 7.2


def test_steps_cost_what_the_last_one_reached_costs() -> None:
    steps = (LateStep(after_hours=0, percent=5), LateStep(after_hours=48, percent=50))
    stepped = late_rules(Late(steps=steps))

    assert score_when(MINUTE, stepped) == 7.6
    assert score_when(48 * HOUR, stepped) == 7.6
    assert score_when(48 * HOUR + MINUTE, stepped) == 4.0


def test_nothing_is_accepted_after_the_last_date() -> None:
    dated = late_rules(accept_until=DUE + 2 * DAY)
    by_days = late_rules(Late(percent=10, accept_days=2))

    for accepting in (dated, by_days):
        assert score_when(2 * DAY, accepting) == 6.4
        assert score_when(2 * DAY + MINUTE, accepting) == 0.0


def test_an_exercise_has_dates_of_its_own() -> None:
    own = rules(
        CourseRules(due=DUE, late=Late(percent=10)),
        autograd=ExerciseRules(due=DUE + 2 * DAY),
    )
    given = submission(
        exercise("autograd", 5, late=DAY), exercise("backprop", 5, late=DAY)
    )

    assert [ex.score for ex in graded(given, own).exercises] == [5.0, 4.5]


def test_a_day_ends_at_the_same_time_where_the_clocks_change() -> None:
    saturday = dt.datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN)
    of = rules(CourseRules(due=saturday, late=Late(percent=10)))
    sunday = exercise("autograd", 5, late=25 * HOUR, due=saturday)
    monday = exercise("autograd", 5, late=25 * HOUR + MINUTE, due=saturday)

    assert graded(submission(sunday), of).score == 4.5
    assert graded(submission(monday), of).score == 4.0


def test_lateness_is_told_with_its_date_and_its_arithmetic() -> None:
    given = submission(exercise("autograd", 5, 3, late=DAY + 3 * HOUR))

    assert reason_of(graded(given, late_rules())) == (
        "Handed in 1 day and 3 hours late (it was due on 2 November 2026, 23:59 CET): "
        "2 days begun, 10 % each: 20 % less."
    )


def test_the_clock_of_a_file_is_named() -> None:
    late = exercise("autograd", 5, late=HOUR)
    assert late.delivery is not None
    by_file = msgspec.structs.replace(
        late, delivery=msgspec.structs.replace(late.delivery, clock=Clock.FILE)
    )

    told = reason_of(graded(submission(by_file), late_rules()))

    assert "1 hour late by the time of the file (" in told


def test_work_without_a_time_is_not_late() -> None:
    given = submission(msgspec.structs.replace(exercise("autograd", 5), delivery=None))

    assert graded(given, late_rules()) == given


def test_late_days_are_spent_in_the_order_of_the_due_dates() -> None:
    of = rules(
        CourseRules(late=Late(percent=10), late_days=LateDays(budget=3)),
        second=ExerciseRules(due=DUE + 7 * DAY),
        first=ExerciseRules(due=DUE),
    )
    given = submission(
        exercise("second", 5, late=2 * DAY, due=DUE + 7 * DAY),
        exercise("first", 5, late=2 * DAY - HOUR),
    )

    second, first = graded(given, of).exercises

    assert (first.score, second.score) == (5.0, 4.5)
    assert first.adjustments[0].reason == (
        "2 late days of 3 spent on this exercise, 1 left."
    )


def test_late_days_are_not_spent_on_what_is_not_accepted_or_excused() -> None:
    of = late_rules(
        Late(percent=100), late_days=LateDays(budget=2), accept_until=DUE + 3 * DAY
    )
    given = submission(
        exercise("a", 5, late=9 * DAY),
        exercise("b", 5, late=2 * DAY),
        exercise("c", 5, late=2 * DAY),
    )

    result = graded(given, with_decisions(of, excuse("b")))

    assert [ex.score for ex in result.exercises] == [0.0, 0.0, 5.0]


def test_one_exercise_takes_no_more_late_days_than_allowed() -> None:
    of = late_rules(late_days=LateDays(budget=5, per_exercise=1))

    assert score_when(2 * DAY, of) == 7.2


def test_an_extension_moves_the_due_date_and_is_told() -> None:
    given = submission(exercise("autograd", 5, 3, late=2 * DAY))

    result = graded(given, with_decisions(late_rules(), extension(days=2)))

    assert result.score == 8.0
    assert reason_of(result) == (
        "In time: extended until 4 November 2026, 23:59 CET by Dr. Weber: ill."
    )


def test_an_extension_moves_the_last_date_as_well() -> None:
    of = late_rules(accept_until=DUE + DAY)
    given = submission(exercise("autograd", 5, 3, late=3 * DAY))
    extended = with_decisions(of, extension(None, until=DUE + 2 * DAY))

    assert graded(given, of).score == 0.0
    assert graded(given, extended).score == 7.2


def test_an_extension_that_ends_earlier_changes_nothing() -> None:
    given = submission(exercise("autograd", 5, 3, late=-2 * DAY))
    early = with_decisions(late_rules(), extension(until=DUE - 5 * DAY))

    assert graded(given, early).score == 8.0
