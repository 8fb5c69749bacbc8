"""What holds for every grade, whatever the rules."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policies.results import DUE, excuse, exercise, extension, override, submission

from grader.course.rules import (
    Attempts,
    CourseRules,
    Drop,
    ExerciseRules,
    Late,
    LateDays,
    LateStep,
    Rounding,
    Rules,
)
from grader.decisions import Excused, Extension, Override
from grader.policies import Circumstances, adjusted, unadjusted
from grader.policies.rounding import round_points, rounding
from grader.scoring import total

if TYPE_CHECKING:
    from grader.model import ExerciseResult, SubmissionResult

PROPERTY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
NAMES = ("a", "b", "c", "d")

percents = st.integers(0, 1000).map(lambda n: n / 10)
delays = st.integers(-3000, 30_000).map(lambda minutes: dt.timedelta(minutes=minutes))


@st.composite
def steps(draw: st.DrawFn) -> tuple[LateStep, ...]:
    hours = sorted(draw(st.sets(st.integers(0, 200), min_size=1, max_size=4)))
    costs = sorted(draw(st.lists(percents, min_size=len(hours), max_size=len(hours))))
    return tuple(
        LateStep(after_hours=hour, percent=cost)
        for hour, cost in zip(hours, costs, strict=True)
    )


@st.composite
def lates(draw: st.DrawFn) -> Late:
    stepped = draw(st.booleans())
    return Late(
        percent=None if stepped else draw(percents),
        per=draw(st.sampled_from(["day", "hour"])),
        steps=draw(steps()) if stepped else (),
        of=draw(st.sampled_from(["score", "points"])),
        grace_minutes=draw(st.integers(0, 90)),
        at_most=draw(percents),
        accept_days=draw(st.none() | st.integers(0, 12)),
    )


@st.composite
def all_rules(draw: st.DrawFn) -> Rules:
    weighted = draw(st.booleans())
    course = CourseRules(
        due=DUE,
        late=draw(st.none() | lates()),
        attempts=Attempts(free=draw(st.integers(1, 3)), percent=draw(percents)),
        drop=draw(
            st.sampled_from([(), (Drop(lowest=1),), (Drop(best=2),), (Drop(lowest=2),)])
        ),
    )
    exercises = {
        name: ExerciseRules(
            weight=draw(st.integers(1, 40)) if weighted else None,
            extra=name == "d" and draw(st.booleans()),
            extra_checks=draw(st.sampled_from([(), ("test_1",)])),
            all_or_nothing=draw(st.booleans() | st.just((("test_1", "test_2"),))),
        )
        for name in NAMES
    }
    return Rules(course, exercises)


@st.composite
def handed_in(draw: st.DrawFn) -> SubmissionResult:
    return submission(
        *(
            exercise(
                name,
                *draw(
                    st.lists(st.sampled_from([0.0, 2.5, 5.0]), min_size=2, max_size=3)
                ),
                late=draw(delays),
                attempt=draw(st.integers(1, 6)),
            )
            for name in NAMES
        )
    )


decided = st.lists(
    st.builds(override, st.integers(0, 20), st.sampled_from(NAMES), st.none())
    | st.builds(override, st.integers(0, 5), st.sampled_from(NAMES), st.just("test_1"))
    | st.builds(extension, st.sampled_from(NAMES), days=st.integers(1, 9))
    | st.builds(excuse, st.sampled_from(NAMES)),
    max_size=3,
)
Decisions = list[Override | Extension | Excused]


def part(result: SubmissionResult) -> Fraction:
    """Return the part of the points that was earned; 0 where there are none."""
    if not result.max_score:
        return Fraction(0)
    return Fraction(repr(result.score)) / Fraction(repr(result.max_score))


def graded(
    given: SubmissionResult, of: Rules, decisions: Decisions
) -> SubmissionResult:
    return adjusted(given, Circumstances(of, tuple(decisions)))


def moved(given: ExerciseResult, further: dt.timedelta) -> ExerciseResult:
    assert given.delivery is not None
    at = given.delivery.at + further
    return msgspec.structs.replace(
        given, delivery=msgspec.structs.replace(given.delivery, at=at)
    )


@PROPERTY
@given(handed_in(), all_rules(), decided)
def test_scores_stay_between_nothing_and_all(
    work: SubmissionResult, of: Rules, decisions: Decisions
) -> None:
    result = graded(work, of, decisions)

    graded_all: tuple[SubmissionResult | ExerciseResult, ...]
    graded_all = (result, *result.exercises)
    for one in graded_all:
        assert 0 <= one.score <= total((one.max_score, one.extra_max))
        assert one.max_score >= 0


@PROPERTY
@given(handed_in(), all_rules(), decided)
def test_adjustments_lead_exactly_from_the_checks_to_the_score(
    work: SubmissionResult, of: Rules, decisions: Decisions
) -> None:
    result = graded(work, of, decisions)

    for before, one in zip(work.exercises, result.exercises, strict=True):
        assert one.score == total((before.score, *(a.points for a in one.adjustments)))
        assert one.checks == before.checks
        if one.adjustments:
            assert one.checks_score == before.score
    assert result.score == total(
        (
            *(one.score for one in result.exercises),
            *(a.points for a in result.adjustments),
        )
    )
    assert all(a.reason.endswith(".") for a in result.adjustments)


@PROPERTY
@given(handed_in(), all_rules(), delays.filter(lambda d: d > dt.timedelta(0)))
def test_no_exercise_gains_by_being_later(
    work: SubmissionResult, of: Rules, further: dt.timedelta
) -> None:
    later = msgspec.structs.replace(
        work, exercises=tuple(moved(one, further) for one in work.exercises)
    )

    before, after = graded(work, of, []), graded(later, of, [])

    assert after.score <= before.score
    for first, second in zip(before.exercises, after.exercises, strict=True):
        assert second.score <= first.score


@PROPERTY
@given(
    handed_in(),
    lates(),
    st.integers(1, 5),
    st.sampled_from(range(4)),
    delays.filter(lambda d: d > dt.timedelta(0)),
)
def test_nobody_gains_by_being_later_with_late_days(
    work: SubmissionResult, late: Late, budget: int, which: int, further: dt.timedelta
) -> None:
    late = msgspec.structs.replace(late, accept_days=None)
    of = Rules(CourseRules(due=DUE, late=late, late_days=LateDays(budget=budget)))
    exercises = list(work.exercises)
    exercises[which] = moved(exercises[which], further)
    later = msgspec.structs.replace(work, exercises=tuple(exercises))

    assert graded(later, of, []).score <= graded(work, of, []).score


@PROPERTY
@given(handed_in(), all_rules(), decided, st.sampled_from(NAMES), st.integers(1, 9))
def test_an_extension_costs_nobody_anything(
    work: SubmissionResult, of: Rules, decisions: Decisions, name: str, days: int
) -> None:
    without = graded(work, of, decisions)
    extended = graded(work, of, [*decisions, extension(name, days=days)])

    assert part(extended) >= part(without)


@PROPERTY
@given(handed_in(), all_rules(), decided, st.sampled_from([*NAMES, None]))
def test_an_excuse_costs_nobody_anything(
    work: SubmissionResult, of: Rules, decisions: Decisions, name: str | None
) -> None:
    decisions = [d for d in decisions if not isinstance(d, Excused)]
    without = graded(work, of, decisions)
    excused = graded(work, of, [*decisions, excuse(name)])

    assert part(excused) >= part(without) or not excused.max_score


@PROPERTY
@given(handed_in(), all_rules())
def test_dropping_costs_nobody_anything(work: SubmissionResult, of: Rules) -> None:
    course = msgspec.structs.replace(of.course, drop=())
    without = graded(work, msgspec.structs.replace(of, course=course), [])

    assert part(graded(work, of, [])) >= part(without)


@PROPERTY
@given(
    st.integers(0, 4000).map(lambda n: n / 100),
    st.sampled_from([0.1, 0.25, 0.5, 1, 2]),
    st.sampled_from(["half_up", "half_even", "up", "down"]),
)
def test_rounding_twice_is_rounding_once(points: float, to: float, method: str) -> None:
    rule = msgspec.convert({"to": to, "method": method}, Rounding)
    once = round_points(points, rule)

    assert round_points(once, rule) == once
    assert abs(Fraction(repr(once)) - Fraction(repr(points))) <= Fraction(repr(to))
    assert (Fraction(repr(once)) / Fraction(repr(to))).denominator == 1


@PROPERTY
@given(handed_in(), all_rules(), decided, st.sampled_from(["half_up", "up", "down"]))
def test_rounding_comes_last_and_changes_no_more(
    work: SubmissionResult, of: Rules, decisions: Decisions, method: str
) -> None:
    rule = msgspec.convert({"to": 0.5, "method": method}, Rounding)
    course = msgspec.structs.replace(of.course, rounding=rule)
    rounded = msgspec.structs.replace(of, course=course)
    plain, result = graded(work, of, decisions), graded(work, rounded, decisions)

    assert result.exercises == plain.exercises
    assert result.adjustments[: len(plain.adjustments)] == plain.adjustments
    assert len(result.adjustments) - len(plain.adjustments) <= 1
    assert rounding(result, Circumstances(rounded)) == ()


@PROPERTY
@given(handed_in(), all_rules(), decided)
def test_grades_can_be_made_anew_from_the_adjusted_ones(
    work: SubmissionResult, of: Rules, decisions: Decisions
) -> None:
    result = graded(work, of, decisions)

    assert unadjusted(result) == work
    assert graded(unadjusted(result), of, decisions) == result
