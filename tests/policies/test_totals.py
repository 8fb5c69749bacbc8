"""From exercises to the total: weights, what is dropped, rounding, letters."""

from __future__ import annotations

import pytest
from policies.results import excuse, exercise, graded, rules, submission, with_decisions

from grader.course.rules import CourseRules, Drop, ExerciseRules, Rounding, Rules


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
