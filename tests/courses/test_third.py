"""Five exercises as an author would first write them, in the manner of other courses.

A recurrent cell, beam search, a variational autoencoder, k-means and LoRA: callables
and generators as arguments, frozen parameters, chance, dicts of tensors.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import Counting, work

from grader.authoring import plan_of
from grader.authoring.proving import Promise, prove_with
from grader.course import load_course
from grader.course.parts import program_from
from grader.course.stubs import whole_stub_of
from grader.judging.session import open_judges
from grader.model import Outcome
from grader.scoring import score_work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.proving import Proof
    from grader.judging.session import Judges
    from grader.model import ExerciseResult
    from grader.sandbox.host.gate import Gate

COURSE = load_course(Path(__file__).parent / "third")
# What is wrong in a work, the points it has left, and what is said of it.
WRONG = {
    "beam": ("grown[:width]", "grown[1 : width + 1]", 6, "beam_search"),
    "kmeans": ("points[labels == k].mean(0)", "points[labels == k][0]", 4, "update"),
    "lora": ("p.requires_grad_(False)", "p.grad = None", 5, "LoRA.A"),
    "rnn": ("(slopes[t] + later)", "slopes[t]", 5, "Cell.backward"),
    "vae": ("mu + noise", "noise", 6, "reparameterize"),
}
LESSON = ("lesson", "epoch", "losses", "learning rate")


@pytest.fixture(scope="module")
def judges(gate: Gate) -> Iterator[Judges]:
    with open_judges(COURSE, gate=gate) as started:
        yield started


@pytest.fixture(scope="module")
def proof(judges: Judges) -> Proof:
    """Return the proof of the course: each mistake, and a few of all else."""
    return prove_with(judges, COURSE, 1, Counting(), 1, short=True, every=(1, 200))


@pytest.fixture(scope="module")
def results(judges: Judges) -> dict[tuple[str, str], ExerciseResult]:
    works = []
    for exercise in COURSE.exercises:
        old, new, *_ = WRONG[exercise.id]
        assert exercise.source.count(old) == 1
        sources = {
            "right": exercise.source,
            "stub": whole_stub_of(exercise),
            "wrong": exercise.source.replace(old, new),
        }
        works += [
            work(program_from(source, f"{exercise.id}.py"), exercise.id, kind)
            for kind, source in sources.items()
        ]
    return {
        (one.exercise, one.student): score_work(
            one, judges.checks[one.exercise], verdict, 10.0
        )
        for one, verdict in judges.judge(works)
    }


@pytest.mark.long
def test_course_is_proved(proof: Proof) -> None:
    broken = [b for one in proof.exercises for b in one.broken]

    # How long a check takes is measured, and another machine may be busy.
    assert [b.message for b in broken if b.promise is not Promise.IN_TIME] == []
    assert all(c.failed_by for one in proof.exercises for c in one.checks if c.points)


def test_course_can_be_released() -> None:
    plan = plan_of(COURSE)

    assert {path.parent.name for path in plan.unasked} == set(COURSE.ids)


@pytest.mark.parametrize("exercise", COURSE.ids)
def test_right_work_has_all_points_and_a_stub_none(
    results: dict[tuple[str, str], ExerciseResult], exercise: str
) -> None:
    right, stub = results[exercise, "right"], results[exercise, "stub"]

    assert [c.message for c in right.checks if c.outcome is not Outcome.PASSED] == []
    assert (right.score, stub.score) == (10, 0)
    assert not right.faults
    assert not stub.faults


@pytest.mark.parametrize("exercise", COURSE.ids)
def test_wrong_work_is_told_of_what_it_does(
    results: dict[tuple[str, str], ExerciseResult], exercise: str
) -> None:
    wrong = results[exercise, "wrong"]
    *_, points, said = WRONG[exercise]
    told = " ".join(f"{c.message} {c.question}" for c in wrong.checks)

    assert not wrong.faults
    assert wrong.score == points
    assert said in told
    assert not [word for word in LESSON if word in told]
