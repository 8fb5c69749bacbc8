"""This course: `grader prove` holds for it, and its lists of variants are rich."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT

from grader import authoring
from grader.authoring.proving.catalogue import VariantKind, candidates_of
from grader.authoring.proving.proof import ExerciseProof, Promise, Proof
from grader.course import load_course

if TYPE_CHECKING:
    from grader.authoring.proving.catalogue import Candidate
    from grader.course import Course
    from grader.judging.session import Judges

EXERCISES = load_course(ROOT).ids


def of(proof: Proof, exercise: str) -> ExerciseProof:
    (found,) = [one for one in proof.exercises if one.exercise == exercise]
    return found


@pytest.mark.course
@pytest.mark.parametrize("promise", Promise)
@pytest.mark.parametrize("exercise", EXERCISES)
def test_promise_holds(proof: Proof, exercise: str, promise: Promise) -> None:
    broken = [b.message for b in of(proof, exercise).broken if b.promise is promise]

    assert broken == []


@pytest.fixture(scope="module")
def catalogue(course: Course, judges: Judges) -> tuple[Candidate, ...]:
    return candidates_of(course.exercises, judges.checks)


@pytest.mark.course
@pytest.mark.parametrize("exercise", EXERCISES)
def test_catalogue_is_rich(catalogue: tuple[Candidate, ...], exercise: str) -> None:
    total = Counter(one.kind for one in catalogue if one.exercise == exercise)

    assert total[VariantKind.MISTAKE] >= 100
    assert total[VariantKind.ALTERNATIVE] >= 25
    assert total[VariantKind.WRAPPER] >= 5
    assert total[VariantKind.MUTANT] >= 20


@pytest.mark.course
@pytest.mark.parametrize("exercise", EXERCISES)
def test_few_mutants_survive(proof: Proof, exercise: str) -> None:
    found = of(proof, exercise)
    (mutants,) = [c for c in found.counts if c.kind == VariantKind.MUTANT]

    assert mutants.total - mutants.good <= 3
    assert len(found.questions) >= mutants.total - mutants.good


@pytest.mark.course
@pytest.mark.parametrize("exercise", EXERCISES)
def test_right_and_wrong_are_far_apart(proof: Proof, exercise: str) -> None:
    found = of(proof, exercise)

    assert found.farthest_right is not None
    assert found.nearest_wrong is not None
    assert 100 * found.farthest_right < found.nearest_wrong


def test_exercises_are_up_to_date(course: Course) -> None:
    assert authoring.plan_of(course).stale == ()
