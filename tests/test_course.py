"""This course: every right variant gets full marks, every wrong one loses points.

Row by row: one test per mistake and per alternative, judged in one run up front.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT, program

from grader import authoring
from grader.course import ALTERNATIVES, MISTAKES, SOLUTION, load_course
from grader.model import Outcome, Verdict
from grader.variants import (
    Variant,
    apply_variant,
    load_alternatives,
    load_mistakes,
)

if TYPE_CHECKING:
    from grader.course import Course
    from grader.judging.pool import Pool

COURSE = load_course(ROOT)
SOLUTIONS = {
    exercise.id: (exercise.folder / SOLUTION).read_text(encoding="utf-8")
    for exercise in COURSE.exercises
}


def variants(name: str) -> dict[str, tuple[str, Variant]]:
    load = load_mistakes if name == MISTAKES else load_alternatives
    return {
        f"{exercise.id}-{variant.name}": (exercise.id, variant)
        for exercise in COURSE.exercises
        for variant in load(exercise.folder / name)
    }


WRONG = variants(MISTAKES)
RIGHT = variants(ALTERNATIVES)


@pytest.fixture(scope="session")
def verdicts(pool: Pool) -> dict[str, Verdict]:
    """Return the verdict on every variant, the solutions and the stubs."""
    sources = {
        name: (exercise, apply_variant(variant, SOLUTIONS[exercise]))
        for name, (exercise, variant) in {**WRONG, **RIGHT}.items()
    }
    for exercise, text in SOLUTIONS.items():
        sources[f"solution {exercise}"] = (exercise, text)
        sources[f"stub {exercise}"] = (exercise, authoring.stub_of(text))
    works = [
        (exercise, program(text, f"{exercise}.py"))
        for exercise, text in sources.values()
    ]
    names = list(sources)
    return {names[number]: verdict for number, verdict in pool.judge(works)}


def used_by(solution: str) -> dict[str, set[str]]:
    """Return for each name of a solution all that it uses, itself included."""
    tree = ast.parse(solution)
    kinds = (ast.FunctionDef, ast.ClassDef)
    defined = {node.name: node for node in tree.body if isinstance(node, kinds)}
    uses = {
        name: {
            inner.id
            for inner in ast.walk(node)
            if isinstance(inner, ast.Name) and inner.id in defined
        }
        | {name}
        for name, node in defined.items()
    }
    for _ in defined:
        uses = {n: set().union(*(uses[u] for u in used)) for n, used in uses.items()}
    return uses


def lost(exercise: str, verdict: Verdict, pool: Pool) -> dict[str, tuple[str, ...]]:
    """Return the checks with points that did not pass, and what they are about."""
    checks = {check.name: check for check in pool.ready().checks[exercise]}
    assert verdict.faults == ()
    return {
        finding.name: checks[finding.name].about
        for finding in verdict.findings
        if finding.outcome is not Outcome.PASSED and checks[finding.name].points
    }


@pytest.mark.parametrize("name", WRONG)
def test_mistake_loses_points_on_its_own_function_and_no_other(
    verdicts: dict[str, Verdict], pool: Pool, name: str
) -> None:
    exercise, variant = WRONG[name]
    failed = lost(exercise, verdicts[name], pool)
    related = {
        user
        for user, used in used_by(SOLUTIONS[exercise]).items()
        if variant.about in used
    }

    assert any(variant.about in about for about in failed.values())
    assert {c: a for c, a in failed.items() if not related & set(a)} == {}


@pytest.mark.parametrize("name", RIGHT)
def test_alternative_gets_full_marks(verdicts: dict[str, Verdict], name: str) -> None:
    found = verdicts[name]

    assert [f for f in found.findings if f.outcome is not Outcome.PASSED] == []


@pytest.mark.parametrize("exercise", SOLUTIONS)
def test_solution_gets_full_marks(verdicts: dict[str, Verdict], exercise: str) -> None:
    found = verdicts[f"solution {exercise}"]

    assert {f.outcome for f in found.findings} == {Outcome.PASSED}
    assert found.notes == found.faults == ()


@pytest.mark.parametrize("exercise", SOLUTIONS)
def test_stub_gets_nothing_and_every_check_says_not_attempted(
    verdicts: dict[str, Verdict], exercise: str
) -> None:
    found = verdicts[f"stub {exercise}"]

    assert {f.outcome for f in found.findings} == {Outcome.NOT_ATTEMPTED}


STRANGE = ("None", "'x'", "[]", "{}", "object()", "(1, 2, 3)", "float('nan')")


@pytest.mark.parametrize("exercise", SOLUTIONS)
def test_strange_values_are_never_taken_for_the_authors_fault(
    pool: Pool, exercise: str
) -> None:
    defined = used_by(SOLUTIONS[exercise])
    sources = [
        f"def {name}(*args, **kwargs):\n    return {value}\n"
        for value in STRANGE
        for name in defined
    ]
    works = [
        (exercise, program(f"{SOLUTIONS[exercise]}\n{source}")) for source in sources
    ]
    faults = [
        (sources[number], verdict.faults)
        for number, verdict in pool.judge(works)
        if verdict.faults
    ]

    assert faults == []


def test_exercises_are_up_to_date(course: Course) -> None:
    assert authoring.stale(course) == ()
