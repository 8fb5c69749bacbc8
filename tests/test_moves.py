"""Whose grade moved, by how much, and why."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from helpers import FACTS
from policies.results import (
    DUE,
    excuse,
    exercise,
    extension,
    override,
    rules,
    submission,
)

from grader.course.rules import (
    CourseRules,
    ExerciseRules,
    Late,
    Rounding,
    Rules,
    stated,
)
from grader.model import (
    Basis,
    Delivery,
    Environment,
    Results,
    SubmissionResult,
)
from grader.moves import Cause, Moved, Score, WhyMoved, moves
from grader.policies import Circumstances, adjusted

BASIS = Basis("autograd", "f0", {"test_1": "a", "test_2": "b"})
HOUR = dt.timedelta(hours=1)


def results(
    *submissions: SubmissionResult,
    of: Rules | None = None,
    basis: Basis = BASIS,
    torch: str = FACTS.torch,
) -> Results:
    return Results(
        schema="grader/results/v1",
        course="A course",
        grader_version="1",
        environment=Environment("3.11", torch),
        sandbox="none",
        submissions=submissions,
        facts=msgspec.structs.replace(FACTS, torch=torch),
        bases=(basis,),
        rules=stated(of or Rules()),
    )


def ann(*scores: float, **changed: object) -> SubmissionResult:
    given = exercise("autograd", *scores)
    return submission(msgspec.structs.replace(given, **changed))


def graded(
    given: SubmissionResult,
    of: Rules | None = None,
    *decisions: object,
    basis: Basis = BASIS,
) -> Results:
    circumstances = Circumstances(of or Rules(), decisions)  # type: ignore[arg-type]
    return results(adjusted(given, circumstances), of=of, basis=basis)


def causes(old: Results, new: Results) -> list[Cause]:
    (moved,) = moves(old, new)
    return [*moved.causes, *(c for one in moved.exercises for c in one.causes)]


def test_what_did_not_move_is_not_listed() -> None:
    renamed = msgspec.structs.replace(BASIS, fingerprint="f1")

    assert moves(results(ann(5, 3)), results(ann(5, 3), basis=renamed)) == ()


def test_another_hand_in_is_named_with_its_points() -> None:
    old, new = results(ann(5, 0)), results(ann(5, 5, sha256="1" * 64))

    assert moves(old, new) == (
        Moved(
            "ann",
            Score(5, 10),
            Score(10, 10),
            exercises=(
                Moved(
                    "autograd",
                    Score(5, 10),
                    Score(10, 10),
                    (Cause(WhyMoved.HAND_IN, "another version of autograd.py"),),
                ),
            ),
        ),
    )
    assert moves(old, new)[0].points == 5


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("a.py", "a.ipynb", "another file: a.ipynb, before a.py"),
        (None, "a.py", "handed in since: a.py"),
        ("a.py", None, "no longer there: a.py"),
    ],
)
def test_another_file_is_named(
    before: str | None, after: str | None, text: str
) -> None:
    old = results(ann(5, 0, file=before))
    new = results(ann(5, 5, file=after, sha256="1" * 64))

    assert causes(old, new) == [Cause(WhyMoved.HAND_IN, text)]


def test_the_changed_checks_that_gave_something_else_are_named() -> None:
    both = Basis("autograd", "f1", {"test_1": "c", "test_2": "d"})
    third = Basis("autograd", "f1", {"test_1": "a", "test_2": "b", "test_3": "c"})
    beside = msgspec.structs.replace(BASIS, fingerprint="f1")

    assert causes(results(ann(5, 0)), results(ann(5, 5), basis=both)) == [
        Cause(WhyMoved.CHECKS, "changed check: test_2")
    ]
    assert causes(results(ann(5, 0)), results(ann(5, 0, 5), basis=third)) == [
        Cause(WhyMoved.CHECKS, "new check: test_3")
    ]
    assert causes(results(ann(5, 0)), results(ann(5, 5), basis=beside)) == [
        Cause(
            WhyMoved.CHECKS,
            "the solution, the limits or a file beside the checks changed",
        )
    ]


def test_another_version_of_torch_is_named() -> None:
    old, new = results(ann(5, 0), torch="2.3.0"), results(ann(5, 5), torch="2.4.0")

    assert causes(old, new) == [Cause(WhyMoved.FACTS, "torch: 2.4.0, before 2.3.0")]


def test_another_outcome_without_a_change_is_said() -> None:
    assert causes(results(ann(5, 0)), results(ann(5, 5))) == [
        Cause(WhyMoved.AGAIN, "another outcome: test_2")
    ]


def test_other_points_are_named() -> None:
    old = results(submission(exercise("autograd", 5, 5)))
    new = results(submission(exercise("autograd", 4, 4, of=4)))

    assert causes(old, new) == [
        Cause(WhyMoved.POINTS, "points of test_1: 4, before 5"),
        Cause(WhyMoved.POINTS, "points of test_2: 4, before 5"),
    ]


def test_another_rule_is_named() -> None:
    late = submission(exercise("autograd", 5, 5, late=HOUR))
    old = graded(late, rules(CourseRules(due=DUE, late=Late(percent=10))))
    new = graded(late, rules(CourseRules(due=DUE, late=Late(percent=20))))

    (cause,) = causes(old, new)
    assert cause.why is WhyMoved.RULE
    assert cause.text.startswith('late: {"percent":20,')
    assert ', before {"percent":10,' in cause.text


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (rules(CourseRules(rounding=Rounding())), 'rounding: {"to":1.0,'),
        (rules(autograd=ExerciseRules(weight=3)), "exercise.autograd.weight: 3, bef"),
    ],
)
def test_another_rule_of_the_total_is_named(of: Rules, text: str) -> None:
    old, new = graded(ann(5, 3.2)), graded(ann(5, 3.2), of)

    (cause,) = causes(old, new)
    assert cause.why is WhyMoved.RULE
    assert cause.text.startswith(text)


def test_what_people_decided_is_named() -> None:
    of = rules(CourseRules(due=DUE, late=Late(percent=10)))
    late = submission(exercise("autograd", 5, 0, late=HOUR), exercise("backprop", 5))
    old = graded(late, of)

    assert causes(old, graded(late, of, override(7))) == [
        Cause(WhyMoved.DECISION, "Set to 7 of 10 points by Dr. Weber: read by hand.")
    ]
    assert causes(graded(late, of, override(7)), old) == [
        Cause(
            WhyMoved.DECISION,
            "no longer: Set to 7 of 10 points by Dr. Weber: read by hand.",
        )
    ]
    assert causes(old, graded(late, of, excuse())) == [
        Cause(
            WhyMoved.DECISION, "Excused by Dr. Weber: ill. The exercise does not count."
        )
    ]
    assert causes(old, graded(late, of, extension(days=1)))[0] == Cause(
        WhyMoved.DECISION,
        "In time: extended until 3 November 2026, 23:59 CET by Dr. Weber: ill.",
    )


def test_what_follows_from_other_points_is_no_cause() -> None:
    of = rules(
        CourseRules(due=DUE, late=Late(percent=10), rounding=Rounding()),
        autograd=ExerciseRules(weight=30),
    )
    late = exercise("autograd", 5, 0, late=HOUR)
    more = exercise("autograd", 5, 5, late=HOUR)
    old = graded(submission(late), of)
    new = graded(submission(msgspec.structs.replace(more, sha256="1" * 64)), of)

    assert [cause.why for cause in causes(old, new)] == [WhyMoved.HAND_IN]


def test_an_earlier_hand_in_of_the_same_file_is_a_hand_in() -> None:
    of = rules(CourseRules(due=DUE, late=Late(percent=10)))
    late = exercise("autograd", 5, late=HOUR)
    assert isinstance(late.delivery, Delivery)
    early = msgspec.structs.replace(
        late, delivery=msgspec.structs.replace(late.delivery, at=DUE)
    )
    old, new = graded(submission(late), of), graded(submission(early), of)

    (cause,) = causes(old, new)
    assert cause.why is WhyMoved.HAND_IN
    assert cause.text.startswith("no longer: Handed in 1 hour late")


def test_students_who_come_and_go_are_listed() -> None:
    ben = msgspec.structs.replace(ann(5), student="ben")
    old, new = results(ann(5)), results(ben)

    assert [(one.name, one.before, one.after) for one in moves(old, new)] == [
        ("ben", None, Score(5, 5)),
        ("ann", Score(5, 5), None),
    ]
