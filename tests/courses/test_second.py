"""A course of another kind: objects, text, arrays changed in place, no functions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import Counting, program, work

from grader.authoring.proving import prove_with
from grader.course import load_course
from grader.course.parts import program_from
from grader.course.stubs import whole_stub_of
from grader.judging.session import open_judges
from grader.model import Outcome, Role
from grader.scoring import score_work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.judging.session import Judges
    from grader.model import ExerciseResult
    from grader.sandbox.host.gate import Gate

COURSE = load_course(Path(__file__).parent / "second")
# What is wrong in a solution, what it costs, and what is said of it.
WRONG = {
    "adamw": ('group["lr"] * group["weight_decay"]', "0.0", 4, "other numbers"),
    "batchnorm": ("if self.training:", "if True:", 3, "other numbers"),
    "digits": ("p -= lr * p.grad", "p += lr * p.grad", 5, "other numbers"),
    "directions": ("vectors.flip(1)[:, :k]", "vectors[:, :k]", 4, "other numbers"),
    "loader": ("set(wanted) <= set(ids)", "set(ids) <= set(wanted)", 2, "has_all"),
    "micrograd": ("parent.grad += slope", "parent.grad = slope", 7, "another number"),
    "attention": ("masked_fill(~mask", "masked_fill(mask", 10, "nan or infinity"),
    "bpe": ("(pairs[p], p)", "pairs[p]", 5, "another value"),
    "first_steps": ("B1) @ W2 + B2)", "B1) @ W2)", 2, "another number"),
    "softmax": ("theta -= lr", "theta = theta - lr", 4, "other numbers"),
}
KINDS = ("right", "stub", "wrong")
# What is shown to hold in the hand.
SHOWN = {
    "attention": "`scaled_dot_product_attention(torch.tensor([[[[",
    "batchnorm": "After `batchnorm = BatchNorm(",
    "directions": "`directions(torch.tensor([[",
    "loader": "`has_all([",
    "micrograd": "After `value = Value(",
    "softmax": "`softmax_regression_epoch(numpy.array([[",
}
QUESTIONS = {
    "batchnorm": "What does one row alone come to, after eval()?",
    "bpe": "Which of two pairs that come equally often is merged?",
    "directions": "In which order does eigh give its values?",
}


@pytest.fixture(scope="module")
def judges(gate: Gate) -> Iterator[Judges]:
    with open_judges(COURSE, gate=gate) as started:
        yield started


@pytest.fixture(scope="module")
def results(judges: Judges) -> dict[tuple[str, str], ExerciseResult]:
    """Return the results of a right, an empty and a wrong work of each exercise."""
    works = []
    for exercise in COURSE.exercises:
        right = exercise.source
        old, new, *_ = WRONG[exercise.id]
        assert right.count(old) == 1
        sources = (right, whole_stub_of(exercise), right.replace(old, new))
        works += [
            work(program_from(source, f"{exercise.id}.py"), exercise.id, kind)
            for kind, source in zip(KINDS, sources, strict=True)
        ]
    lax = (COURSE.root / "solutions/adamw/solution.py").read_text(encoding="utf-8")
    lax = lax.replace("if lr < 0:", "if lr is None:")
    works.append(work(program(lax, "adamw.py"), "adamw", "lax"))
    points = {exercise.id: exercise.points for exercise in COURSE.exercises}
    return {
        (one.exercise, one.student): score_work(
            one, judges.checks[one.exercise], verdict, points[one.exercise]
        )
        for one, verdict in judges.judge(works)
    }


@pytest.mark.long
def test_exercise_of_several_files_is_proved(judges: Judges) -> None:
    digits = COURSE.only(("digits",))
    proof = prove_with(judges, digits, 1, Counting(), 1, short=True, every=(1, 200))

    assert [one.broken for one in proof.exercises] == [()]
    assert all(check.failed_by for check in proof.exercises[0].checks if check.points)


@pytest.mark.parametrize("exercise", COURSE.ids)
def test_right_work_has_all_points_and_a_stub_none(
    results: dict[tuple[str, str], ExerciseResult], exercise: str
) -> None:
    right, stub = results[exercise, "right"], results[exercise, "stub"]

    assert not right.faults
    assert [c.message for c in right.checks if c.outcome is not Outcome.PASSED] == []
    assert right.score == right.max_score
    assert stub.score == 0
    assert {check.outcome for check in stub.checks} <= {
        Outcome.NOT_ATTEMPTED,
        Outcome.FAILED,
        Outcome.ERROR,
    }


@pytest.mark.parametrize("exercise", COURSE.ids)
def test_wrong_work_loses_points_and_is_told_why_in_its_own_words(
    results: dict[tuple[str, str], ExerciseResult], exercise: str
) -> None:
    wrong = results[exercise, "wrong"]
    *_, points, said = WRONG[exercise]
    told = " ".join(check.message for check in wrong.checks)

    assert not wrong.faults
    assert wrong.max_score - wrong.score == points
    assert said in told
    assert "epoch" not in told.replace("softmax_regression_epoch", "")


def examples(result: ExerciseResult) -> set[str]:
    said = (part for check in result.checks for part in check.said)
    return {part.text for part in said if part.role is Role.COUNTEREXAMPLE}


TAMPERS = """
def softmax_regression_epoch(X, y, theta, lr=0.1, batch=100):
    X[:], theta[:] = 0, 0


def softmax_loss(Z, y):
    Z[:] = 0
    return np.log(Z.shape[1])
"""


def test_program_cannot_choose_the_data_that_it_is_asked_about(gate: Gate) -> None:
    exercise = next(e for e in COURSE.exercises if e.id == "softmax")
    assert exercise.solution is not None
    source = exercise.solution.read_text(encoding="utf-8") + TAMPERS
    with open_judges(COURSE.only(("softmax",)), gate=gate) as judges:
        asked = [work(program(source, "softmax.py"), "softmax", "eve")]
        ((_, verdict),) = judges.judge(asked)
    outcomes = {finding.name: finding.outcome for finding in verdict.findings}

    assert outcomes["test_epoch_ends_where_sgd_ends"] is Outcome.FAILED
    assert outcomes["test_softmax_loss_is_the_mean_over_the_batch"] is Outcome.FAILED


@pytest.mark.parametrize("exercise", COURSE.ids)
def test_wrong_work_is_shown_a_call_to_hold_in_the_hand_and_right_work_none(
    results: dict[tuple[str, str], ExerciseResult], exercise: str
) -> None:
    right, stub, wrong = (examples(results[exercise, kind]) for kind in KINDS)

    assert right == stub == set()
    assert [text.startswith(SHOWN.get(exercise, "")) for text in wrong] == [True] * (
        exercise in SHOWN
    ), wrong


@pytest.mark.parametrize("exercise", QUESTIONS)
def test_wrong_work_of_any_kind_is_asked_its_own_question(
    results: dict[tuple[str, str], ExerciseResult], exercise: str
) -> None:
    asked = {check.question for check in results[exercise, "wrong"].checks}

    assert asked - {None} == {QUESTIONS[exercise]}


def test_exception_that_a_check_waits_for_in_vain_is_a_failure(
    results: dict[tuple[str, str], ExerciseResult],
) -> None:
    lax = results["adamw", "lax"]
    lost = [check for check in lax.checks if check.outcome is not Outcome.PASSED]

    assert [(c.name, c.outcome) for c in lost] == [
        ("test_negative_rate_is_refused", Outcome.FAILED)
    ]
    assert not lax.faults
