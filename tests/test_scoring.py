"""Outcomes and points become a grade."""

from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest
from helpers import a_verdict
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import (
    Check,
    ExerciseResult,
    Finding,
    Outcome,
    Program,
    ProgramKind,
    Role,
    Said,
    SubmissionResult,
    Unexplained,
    UnexplainedGroup,
    Verdict,
    Visibility,
    Work,
)
from grader.scoring import Unexplaining, score_submission, score_work

NOTHING = Work(student="anna", exercise="autograd")
HANDED_IN = Work(
    student="anna",
    exercise="autograd",
    file="autograd.py",
    sha256="00ff",
    program=Program(ProgramKind.SCRIPT, "autograd.py", "00ff", ()),
    notes=("two files were handed in", "the newer was graded"),
)
SAID = (Said(Role.SAW, "off by one."), Said(Role.HOW_OFTEN, "For 2 of 3."))
PROPERTY = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def check(name: str, points: float) -> Check:
    return Check(name, f"{name} is right.", ("train",), Visibility.HIDDEN, points)


def judged(*findings: Finding, notes: tuple[str, ...] = ()) -> Verdict:
    return a_verdict(*findings, seconds=0.25, notes=notes)


def scored(outcome: Outcome) -> ExerciseResult:
    verdict = judged(Finding("a", outcome))
    return score_work(HANDED_IN, (check("a", 4.0),), verdict, 4.0)


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.PASSED])
def test_score_is_nothing_for_each_outcome_but_passed(outcome: Outcome) -> None:
    result = scored(outcome)

    assert (result.score, result.max_score) == (0.0, 4.0)
    assert result.checks[0].outcome is outcome


def test_score_is_the_points_of_the_checks_passed() -> None:
    verdict = judged(
        Finding("a", Outcome.PASSED),
        Finding("b", Outcome.FAILED, SAID, "one_epoch_short", "How many?"),
        Finding("c", Outcome.PASSED),
    )
    checks = (check("a", 1.5), check("b", 4.0), check("c", 4.5))

    result = score_work(HANDED_IN, checks, verdict, 10.0)

    assert (result.score, result.max_score) == (6.0, 10.0)
    assert [c.score for c in result.checks] == [1.5, 0.0, 4.5]
    assert result.checks[1].said == SAID
    assert result.checks[1].message == "off by one. For 2 of 3."
    assert result.checks[1].mistake == "one_epoch_short"
    assert result.checks[1].question == "How many?"
    assert result.checks[1].title == "b is right."


def test_score_keeps_what_was_graded_and_how_long_it_took() -> None:
    result = scored(Outcome.PASSED)

    assert (result.file, result.sha256, result.seconds) == ("autograd.py", "00ff", 0.25)
    assert result.error is None


def test_findings_are_matched_by_name_not_by_place() -> None:
    verdict = judged(Finding("b", Outcome.FAILED), Finding("a", Outcome.PASSED))

    result = score_work(HANDED_IN, (check("a", 1.0), check("b", 2.0)), verdict, 3.0)

    assert [c.name for c in result.checks] == ["a", "b"]
    assert result.score == 1.0


def test_missing_finding_is_our_fault_and_leaves_the_grade_incomplete() -> None:
    verdict = judged(Finding("a", Outcome.PASSED))

    result = score_work(HANDED_IN, (check("a", 1.0), check("b", 2.0)), verdict, 3.0)

    assert result.checks[1].outcome is Outcome.GRADER_ERROR
    assert result.score == 1.0
    assert not score_submission("anna", (result,)).complete


def test_program_without_a_verdict_is_our_fault() -> None:
    result = score_work(HANDED_IN, (check("a", 1.0),), None, 1.0)

    assert result.checks[0].outcome is Outcome.GRADER_ERROR


def test_nothing_handed_in_is_not_attempted_and_names_the_file_expected() -> None:
    result = score_work(NOTHING, (check("a", 1.0), check("b", 2.0)), None, 3.0)

    assert [c.outcome for c in result.checks] == [Outcome.NOT_ATTEMPTED] * 2
    assert "autograd.py" in result.checks[0].message
    assert "autograd.ipynb" in result.checks[0].message
    assert (result.file, result.error, result.score) == (None, None, 0.0)
    assert score_submission("anna", (result,)).complete


def test_work_that_is_missing_for_a_reason_says_this_reason() -> None:
    missing = "autograd.py is empty. Save it in the editor, and hand it in again."
    work = Work(student="anna", exercise="autograd", missing=missing)
    result = score_work(work, (check("a", 1.0),), None, 1.0)

    assert result.checks[0].outcome is Outcome.NOT_ATTEMPTED
    assert result.checks[0].message == missing


def test_work_with_an_error_says_it_at_each_check() -> None:
    work = msgspec.structs.replace(NOTHING, file="autograd.py", error="line 3: no")

    result = score_work(work, (check("a", 1.0), check("b", 2.0)), None, 3.0)

    assert [c.outcome for c in result.checks] == [Outcome.ERROR] * 2
    assert [c.message for c in result.checks] == ["line 3: no"] * 2
    assert (result.error, result.score, result.max_score) == ("line 3: no", 0.0, 3.0)


def test_error_of_the_verdict_is_kept() -> None:
    verdict = a_verdict(Finding("a", Outcome.ERROR), error="line 7: no")

    result = score_work(HANDED_IN, (check("a", 1.0),), verdict, 1.0)

    assert result.error == "line 7: no"


def test_notes_of_work_and_verdict_are_told_once_each_in_order() -> None:
    verdict = judged(
        Finding("a", Outcome.PASSED), notes=("cell 2 raised", "the newer was graded")
    )

    result = score_work(HANDED_IN, (check("a", 1.0),), verdict, 1.0)

    assert result.notes == (
        "two files were handed in",
        "the newer was graded",
        "cell 2 raised",
    )


def test_three_tenths_are_three_tenths() -> None:
    checks = tuple(check(name, 0.1) for name in "abc")
    verdict = judged(*(Finding(name, Outcome.PASSED) for name in "abc"))

    result = score_work(HANDED_IN, checks, verdict, 0.3)

    assert result.score == 0.3
    assert score_submission("anna", (result,) * 3).score == 0.9


def test_submission_is_complete_only_when_every_exercise_is() -> None:
    good, bad = scored(Outcome.PASSED), scored(Outcome.GRADER_ERROR)

    assert score_submission("anna", (good, good)).complete
    assert not score_submission("anna", (good, bad)).complete
    assert score_submission("anna", (good, bad)).score == 4.0
    assert score_submission("anna", (good, bad)).max_score == 8.0


@PROPERTY
@given(st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(Outcome))))
def test_score_is_the_exact_sum_in_any_order(rows: list[tuple[int, Outcome]]) -> None:
    checks = tuple(check(str(i), n / 1000) for i, (n, _) in enumerate(rows))
    findings = [Finding(str(i), outcome) for i, (_, outcome) in enumerate(rows)]
    exact = sum(Fraction(n, 1000) for n, outcome in rows if outcome is Outcome.PASSED)

    forward = score_work(HANDED_IN, checks, judged(*findings), 10.0)
    backward = score_work(HANDED_IN, checks[::-1], judged(*findings), 10.0)

    assert forward.score == backward.score == float(exact)


def test_students_who_share_unexplained_behaviour_are_one_group() -> None:
    def handed_in(student: str, *shown: tuple[str, str]) -> SubmissionResult:
        exercise = ExerciseResult(
            exercise="autograd",
            file="autograd.py",
            sha256="00",
            score=0.0,
            max_score=1.0,
            seconds=0.1,
            error=None,
            checks=(),
            unexplained=tuple(Unexplained(check, digest) for check, digest in shown),
        )
        return score_submission(student, (exercise,))

    counted = Unexplaining()
    counted.add(handed_in("anna", ("test_w", "d2")))
    counted.add(handed_in("ben", ("test_w", "d1"), ("test_losses", "e1")))
    counted.add(handed_in("carl", ("test_w", "d1"), ("test_losses", "e1")))
    counted.add(handed_in("dora"))

    assert counted.groups() == (
        UnexplainedGroup("autograd", ("test_w", "test_losses"), ("ben", "carl")),
        UnexplainedGroup("autograd", ("test_w",), ("anna",)),
    )
