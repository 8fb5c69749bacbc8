"""Each other rule by itself: what it changes, and what it tells the student."""

from __future__ import annotations

import msgspec
import pytest
from policies.results import (
    DAY,
    DUE,
    HOUR,
    excuse,
    exercise,
    graded,
    late_rules,
    override,
    rules,
    submission,
    with_decisions,
)

from grader.course.rules import Attempts, CourseRules, ExerciseRules, Rules
from grader.decisions import Comment
from grader.errors import AuthorError
from grader.model import Adjustment, Outcome, SubmissionResult
from grader.policies import Circumstances, adjusted, attempt_that_counts


def test_without_rules_nothing_changes() -> None:
    given = submission(exercise("autograd", 5, 3), exercise("backprop", 0, 5))

    assert graded(given, Rules()) == given


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
