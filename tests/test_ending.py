"""The end of a run: what is not final, who has nothing, what is shared."""

from __future__ import annotations

import msgspec
from handmade import ANNA, checked, exercise, submission

from grader.ending import ending_of
from grader.model import (
    CheckResult,
    Left,
    Outcome,
    Role,
    Said,
    SubmissionResult,
    Suspect,
    Whose,
    WhyLeft,
)


def failed(name: str, *said: str | Said, mistake: str | None = None) -> CheckResult:
    check = checked(name, Outcome.FAILED, *said, question="Why?" if mistake else None)
    return msgspec.structs.replace(check, mistake=mistake)


def student(name: str, *checks: CheckResult) -> SubmissionResult:
    return submission(name, exercise("x", *checks))


def test_mistake_behind_several_checks_is_one_entry() -> None:
    zeroed = [failed(n, f"{n} gave 1.", mistake="never_zeroed") for n in "ab"]
    ending = ending_of([student("ann", *zeroed), student("bob", *zeroed), ANNA], ())
    (shared,) = ending.shared

    assert (shared.mistake, shared.said) == ("never_zeroed", "Why?")
    assert (shared.students, shared.of) == (("ann", "bob"), 2)
    assert shared.checks == ("test_a", "test_b")


def test_sentence_is_shared_whatever_else_was_said() -> None:
    often = Said(Role.HOW_OFTEN, "In 3 of 4 calls.")
    ending = ending_of(
        [
            student("ann", failed("a", "`f` takes (x).", often)),
            student("bob", failed("b", "`f` takes (x).")),
            student("cyd", failed("b", "`f` takes (y).")),
        ],
        (),
    )

    assert [(one.said, one.students, one.of) for one in ending.shared] == [
        ("`f` takes (x).", ("ann", "bob"), 3)
    ]


def test_sentences_that_the_same_students_were_told_are_one_entry() -> None:
    told = failed("a", "It gave 1."), failed("b", "It gave 2.")
    ending = ending_of([student("ann", *told), student("bob", *told)], ())

    assert [one.said for one in ending.shared] == ["It gave 1."]


def test_most_students_come_first_and_one_is_not_several() -> None:
    ending = ending_of(
        [
            student("ann", failed("a", "A."), failed("b", "B.")),
            student("bob", failed("a", "A."), failed("b", "B.")),
            student("cyd", failed("b", "B."), failed("c", "C.")),
        ],
        (),
    )

    assert [one.said for one in ending.shared] == ["B.", "A."]


def test_faults_of_ours_and_checks_that_wait_are_shared_by_nobody() -> None:
    ours = checked("a", Outcome.GRADER_ERROR, "no")
    waits = checked("b", Outcome.SKIPPED, "This check rests on `a`.")

    assert ending_of([student(n, ours, waits) for n in "ab"], ()).shared == ()


def test_check_that_could_not_be_run_is_told_with_why_and_for_whom() -> None:
    ours = checked("a", Outcome.GRADER_ERROR, "This check could not be run.")
    fault = "test_hidden.py, line 3, in test_a: KeyError."
    work = msgspec.structs.replace(exercise("x", ours), faults=("other", fault))
    suspect = Suspect("x", "test_a", Whose.SOLUTION, "The solution does not pass it.")
    students = [submission("ann", work), student("bob", ours)]
    (undecided,) = ending_of(students, ()).undecided
    (known,) = ending_of(students, (), [suspect]).undecided

    assert (undecided.check, undecided.said) == ("test_a", fault)
    assert undecided.students == ("ann", "bob")
    assert known.said == "The solution does not pass it."


def test_student_without_points_is_told_if_anything_came() -> None:
    absent = submission(
        "cyd", exercise("x", checked("a", Outcome.NOT_ATTEMPTED), file=None)
    )
    left = Left("dan", "all.zip", WhyLeft.KIND, "An archive.")
    students = [ANNA, student("bob", failed("a", "A.")), absent]
    dan = msgspec.structs.replace(absent, student="dan")

    assert ending_of([*students, dan], [left]).no_points == ("bob", "dan")


def test_time_is_that_of_all_works() -> None:
    assert ending_of([ANNA, ANNA], ()).seconds == 1.0
