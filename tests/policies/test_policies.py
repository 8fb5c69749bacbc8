"""Each rule by itself: what it changes, and what it tells the student."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from policies.results import (
    BERLIN,
    DUE,
    excuse,
    exercise,
    extension,
    late_rules,
    override,
    rules,
    submission,
    with_decisions,
)

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
from grader.decisions import Comment
from grader.errors import AuthorError
from grader.model import Adjustment, Clock, Outcome, SubmissionResult
from grader.policies import Circumstances, adjusted, attempt_that_counts

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def graded(given: SubmissionResult, of: Rules | Circumstances) -> SubmissionResult:
    return adjusted(given, of if isinstance(of, Circumstances) else Circumstances(of))


def score_when(late: dt.timedelta, of: Rules) -> float:
    return graded(submission(exercise("autograd", 5, 3, late=late)), of).score


def reason_of(given: SubmissionResult) -> str:
    (adjustment,) = given.exercises[0].adjustments
    return adjustment.reason


def test_without_rules_nothing_changes() -> None:
    given = submission(exercise("autograd", 5, 3), exercise("backprop", 0, 5))

    assert graded(given, Rules()) == given


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


def test_attempts_beyond_the_free_ones_cost() -> None:
    of = rules(CourseRules(attempts=Attempts(free=3, percent=5, at_most=8)))
    scores = [
        graded(submission(exercise("autograd", 5, 3, attempt=n)), of).score
        for n in (3, 4, 5, 6)
    ]

    assert scores == [8.0, 7.6, 7.36, 7.36]


@pytest.mark.parametrize(
    ("keep", "position"), [("latest", 2), ("first", 0), ("best", 1)]
)
def test_the_attempt_that_counts(keep: str, position: int) -> None:
    of = late_rules()
    course = msgspec.convert({"keep": keep, "free": 3}, Attempts)
    of = rules(msgspec.structs.replace(of.course, attempts=course))
    attempted = [
        exercise("autograd", 2, 1, attempt=1),
        exercise("autograd", 4, 2, attempt=2),
        exercise("autograd", 4, 2.5, attempt=3, late=HOUR),
    ]

    assert attempt_that_counts(attempted, Circumstances(of)) == position


def test_all_or_nothing_takes_what_a_group_earned() -> None:
    group = ExerciseRules(all_or_nothing=(("test_1", "test_2"),))
    given = submission(exercise("autograd", 5, 3, 5))

    result = graded(given, rules(autograd=group))

    assert result.score == 5.0
    assert {a.check for a in result.exercises[0].adjustments} == {"test_1", "test_2"}
    assert result.exercises[0].adjustments[0].reason == (
        "These 2 checks earn their points only together, and "
        '"test_2 is right." did not pass.'
    )


def test_all_or_nothing_of_an_exercise() -> None:
    whole = rules(autograd=ExerciseRules(all_or_nothing=True))

    assert graded(submission(exercise("autograd", 5, 5)), whole).score == 10.0
    assert graded(submission(exercise("autograd", 5, 4)), whole).score == 0.0


def test_a_check_that_a_person_passed_completes_its_group() -> None:
    whole = rules(autograd=ExerciseRules(all_or_nothing=True))
    given = submission(exercise("autograd", 5, 0))
    passed = with_decisions(whole, override(5, check="test_2"))

    assert graded(given, passed).score == 10.0


def test_extra_checks_come_on_top() -> None:
    extra = rules(autograd=ExerciseRules(extra_checks=("test_2",)))
    result = graded(submission(exercise("autograd", 5, 3)), extra)

    assert (result.score, result.max_score, result.extra_max) == (8.0, 5.0, 5.0)


def test_extra_exercises_come_on_top_of_the_total() -> None:
    extra = rules(backprop=ExerciseRules(extra=True))
    result = graded(submission(exercise("autograd", 5), exercise("backprop", 4)), extra)

    assert (result.score, result.max_score, result.extra_max) == (9.0, 5.0, 5.0)
    assert result.exercises[1].max_score == 5.0


def test_an_override_of_an_exercise_is_what_counts() -> None:
    given = submission(exercise("autograd", 5, 3, late=DAY))
    result = graded(given, with_decisions(late_rules(), override(3), override(7)))

    assert result.score == 7.0
    assert result.exercises[0].checks_score == 8.0
    assert result.exercises[0].adjustments[-1].reason == (
        "Set to 7 of 10 points by Dr. Weber: read by hand."
    )


def test_lateness_goes_on_from_the_override_of_a_check() -> None:
    given = submission(exercise("autograd", 5, 3, late=DAY))
    corrected = with_decisions(late_rules(), override(5, check="test_2"))

    assert graded(given, corrected).score == 9.0


def test_an_override_stays_within_the_points() -> None:
    given = submission(exercise("autograd", 5, 3))

    assert graded(given, with_decisions(Rules(), override(12))).score == 10.0


def test_an_override_makes_a_grade_final_and_an_excuse_does_too() -> None:
    done = exercise("autograd", 5, 0)
    broken = msgspec.structs.replace(done.checks[1], outcome=Outcome.GRADER_ERROR)
    given = submission(
        msgspec.structs.replace(done, checks=(done.checks[0], broken)),
        exercise("backprop", 5),
    )
    whole, one = override(4), override(4, check="test_2")

    assert not graded(given, Rules()).complete
    assert graded(given, with_decisions(Rules(), override(4, check="test_1"))) != given
    assert not graded(
        given, with_decisions(Rules(), override(4, check="test_1"))
    ).complete
    for decided in (
        with_decisions(Rules(), whole),
        with_decisions(Rules(), one),
        with_decisions(Rules(), excuse()),
    ):
        assert graded(given, decided).complete


def test_weights_turn_points_into_parts_of_the_total() -> None:
    weighted = rules(
        autograd=ExerciseRules(weight=30), backprop=ExerciseRules(weight=70)
    )
    given = submission(exercise("autograd", 5, 3), exercise("backprop", 3))
    result = graded(given, weighted)

    assert (result.score, result.max_score) == (66.0, 100.0)
    assert [ex.score for ex in result.exercises] == [8.0, 3.0]
    assert result.adjustments[0].reason == "8 of 10 points count as 24 of 30 points."


def test_parts_of_a_point_add_up_to_a_point() -> None:
    names = [f"ex{i}" for i in range(6)]
    sixths = Rules(CourseRules(), {name: ExerciseRules(weight=1) for name in names})
    given = submission(*(exercise(name, 1, 0, 0, of=2) for name in names))

    assert graded(given, sixths).score == 1.0


def test_excused_exercises_do_not_count() -> None:
    given = submission(exercise("autograd", 1), exercise("backprop", 4))
    result = graded(given, with_decisions(Rules(), excuse()))

    assert (result.score, result.max_score) == (4.0, 5.0)
    assert result.adjustments[0].reason == (
        "Excused by Dr. Weber: ill. The exercise does not count."
    )


def test_excused_exercises_count_where_the_grade_is_better_with_them() -> None:
    given = submission(exercise("autograd", 5), exercise("backprop", 4))
    result = graded(given, with_decisions(Rules(), excuse()))

    assert (result.score, result.max_score) == (9.0, 10.0)
    assert "counts all the same" in result.adjustments[0].reason


def test_who_is_excused_from_all_is_out_of_nothing() -> None:
    given = submission(exercise("autograd", 0), exercise("backprop", 0))
    lettered = rules(CourseRules(letter_grades={"A": 0}))
    result = graded(given, with_decisions(lettered, excuse(None)))

    assert (result.score, result.max_score) == (0.0, 0.0)
    assert result.letter_grade is None


@pytest.mark.parametrize("drop", [Drop(lowest=1), Drop(best=2)])
def test_the_lowest_part_is_dropped_and_of_equals_the_later(drop: Drop) -> None:
    of = rules(CourseRules(drop=(drop,)))
    given = submission(exercise("a", 4, 4), exercise("b", 3), exercise("c", 3))
    result = graded(given, of)

    assert (result.score, result.max_score) == (11.0, 15.0)
    assert [a.exercise for a in result.adjustments] == ["c"]


def test_what_is_dropped_makes_the_grade_best() -> None:
    of = rules(
        CourseRules(drop=(Drop(lowest=1),)),
        small=ExerciseRules(weight=1),
        large=ExerciseRules(weight=100),
        other=ExerciseRules(weight=9),
    )
    given = submission(
        exercise("small", 0.75), exercise("large", 1), exercise("other", 5)
    )
    result = graded(given, of)

    assert (result.score, result.max_score) == (9.15, 10.0)
    assert result.adjustments[-1].reason == (
        "2 of 3 exercises count: the grade is best without this one."
    )


def test_who_is_excused_from_all_and_did_something_has_the_best_of_it() -> None:
    of = rules(CourseRules(drop=(Drop(lowest=2),)), bonus=ExerciseRules(extra=True))
    given = submission(
        exercise("a", 0, 0),
        exercise("b", 0, 0),
        exercise("c", 1, 0, 0),
        exercise("bonus", 2.5),
    )
    result = graded(given, with_decisions(of, excuse(None)))

    assert (result.score, result.max_score) == (2.5, 10.0)


def test_each_group_drops_its_own() -> None:
    of = rules(
        CourseRules(
            drop=(
                Drop(lowest=1, exercises=("a", "b")),
                Drop(best=1, exercises=("c", "d")),
            )
        )
    )
    given = submission(*(exercise(name, 5 - i) for i, name in enumerate("abcd")))

    assert {a.exercise for a in graded(given, of).adjustments} == {"b", "d"}


def test_what_is_excused_takes_no_place_among_the_dropped() -> None:
    of = rules(CourseRules(drop=(Drop(lowest=1),)))
    given = submission(exercise("a", 0), exercise("b", 2), exercise("c", 4))
    result = graded(given, with_decisions(of, excuse("a")))

    assert (result.score, result.max_score) == (4.0, 5.0)


def test_one_exercise_always_counts() -> None:
    of = rules(CourseRules(drop=(Drop(lowest=2),)))
    given = submission(exercise("a", 0), exercise("b", 2), exercise("c", 4))
    result = graded(given, with_decisions(of, excuse("a"), excuse("b")))

    assert (result.score, result.max_score) == (4.0, 5.0)


@pytest.mark.parametrize(
    ("rounding", "score"),
    [
        (Rounding(to=0.5), 8.5),
        (Rounding(to=1), 8.0),
        (Rounding(to=0.5, method="half_even"), 8.0),
        (Rounding(to=0.1), 8.3),
        (Rounding(to=0.1, method="half_even"), 8.2),
        (Rounding(to=1, method="up"), 9.0),
        (Rounding(to=1, method="down"), 8.0),
    ],
)
def test_the_total_is_rounded(rounding: Rounding, score: float) -> None:
    of = rules(CourseRules(rounding=rounding))
    given = submission(exercise("autograd", 5, 3.25))
    result = graded(given, of)

    assert result.score == score
    assert result.exercises[0].score == 8.25


def test_rounding_does_not_go_beyond_what_can_be_reached() -> None:
    of = rules(CourseRules(rounding=Rounding(to=2, method="up")))

    assert graded(submission(exercise("autograd", 4.5)), of).score == 5.0


@pytest.mark.parametrize(
    ("score", "letter"), [(5.0, "A"), (4.5, "A"), (4.4, "B"), (2.5, "B"), (0.0, "F")]
)
def test_the_letter_is_that_of_the_highest_threshold_reached(
    score: float, letter: str
) -> None:
    of = rules(CourseRules(letter_grades={"B": 50, "A": 90, "F": 0}))

    assert graded(submission(exercise("autograd", score)), of).letter_grade == letter


def test_the_letter_is_read_off_the_rounded_total() -> None:
    course = CourseRules(letter_grades={"A": 90, "F": 0}, rounding=Rounding(to=0.5))

    assert (
        graded(submission(exercise("autograd", 4.25)), rules(course)).letter_grade
        == "A"
    )


def bonus(
    _: SubmissionResult, __: Circumstances, points: float = 1.0
) -> tuple[Adjustment, ...]:
    return (Adjustment(points, "Handed in early.", "early", "autograd"),)


def test_a_policy_of_ones_own_adjusts_within_the_points() -> None:
    given = submission(exercise("autograd", 5, 3.5))
    once = adjusted(given, Circumstances(), {"early": bonus})
    twice = adjusted(given, Circumstances(), {"early": bonus, "more": bonus})

    assert once.score == 9.5
    assert twice.score == 10.0


def test_a_policy_of_ones_own_that_gives_nonsense_is_named() -> None:
    def nonsense(_: SubmissionResult, __: Circumstances) -> tuple[Adjustment, ...]:
        return bonus(_, __, float("nan"))

    with pytest.raises(AuthorError, match="policy early: expected a tuple of adjust"):
        adjusted(
            submission(exercise("autograd", 5)), Circumstances(), {"early": nonsense}
        )


def test_comments_stand_where_they_belong() -> None:
    said = (
        Comment(student="ann", by="me", at=DUE, exercise="autograd", text="Well done."),
        Comment(student="ann", by="me", at=DUE, text="See me."),
    )
    given = submission(exercise("autograd", 5), exercise("backprop", 5))
    result = adjusted(given, Circumstances(Rules(), said))

    assert [ex.comments for ex in result.exercises] == [("Well done.",), ()]
    assert result.comments == ("See me.",)
    assert result.adjustments == ()
