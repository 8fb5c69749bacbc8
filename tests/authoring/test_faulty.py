"""A check that breaks on the solution is reported once, and not used any further."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_judges import DOUBLE, FakeJudges, by_source
from helpers import Counting, a_verdict

from grader.authoring.proving import Promise, prove_with, quick_proof
from grader.model import Finding, Outcome, Role, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.model import Verdict, Work

HIDDEN = DOUBLE[1].name
SOLUTION = """\
def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION
"""
WHY = "test_hidden.py, line 14: ran longer than 20 s."


def endless(_: Work) -> Verdict:
    said = (Said(Role.ERROR, WHY),)
    return a_verdict(
        Finding(DOUBLE[0].name, Outcome.PASSED),
        Finding(HIDDEN, Outcome.GRADER_ERROR, said),
    )


def test_check_that_breaks_on_the_solution_is_named_and_left_out(
    make_course: Callable[..., Course],
) -> None:
    course = make_course(solution=SOLUTION)
    (course.root / "solutions" / "double" / "mistakes.py").write_text("MISTAKES = []\n")
    fake = FakeJudges(by_source, own=endless)
    with fake.open(course) as judges:
        proof = prove_with(judges, course, 1, Counting())
    told = [b for b in proof.exercises[0].broken if b.promise is Promise.NO_FAULT]

    assert [one.message for one in told] == [f"`{HIDDEN}`: could not be checked: {WHY}"]
    assert {how.without for how in fake.hows if how.authors} == {()}
    assert {how.without for how in fake.hows if not how.authors} == {(HIDDEN,)}
    assert not any(b.subject == HIDDEN for b in proof.exercises[0].broken[1:])


@pytest.mark.parametrize(
    "outcome", [Outcome.ERROR, Outcome.TIMEOUT, Outcome.CRASHED, Outcome.FAILED]
)
def test_check_that_the_solution_does_not_pass_is_told_with_all_that_is_known(
    make_course: Callable[..., Course], outcome: Outcome
) -> None:
    why = "test_hidden.py, line 9: `double` stopped with ValueError: no row 3."

    def stops(_: Work) -> Verdict:
        said = (Said(Role.ERROR, why),)
        return a_verdict(
            Finding(DOUBLE[0].name, Outcome.PASSED), Finding(HIDDEN, outcome, said)
        )

    fake = FakeJudges(by_source, own=stops)
    course = make_course(solution=SOLUTION)
    with fake.open(course) as judges:
        proof = prove_with(judges, course, 1, Counting())
        told = [one.message for one in quick_proof(judges, course)]

    how = "fails" if outcome is Outcome.FAILED else "stops"
    expected = (
        f"`{HIDDEN}`: the solution {how} it: {why} Correct the check or the solution."
    )
    assert expected in told
    assert [b.message for b in proof.exercises[0].broken].count(expected) == 1
    assert {how.without for how in fake.hows if not how.authors} == {(HIDDEN,)}


OUTSIDE = "x = 1\n# BEGIN SOLUTION\nx = 2\n# END SOLUTION\n"


@pytest.mark.parametrize(
    ("solution", "told"), [(OUTSIDE, []), (SOLUTION, [DOUBLE[0].name, HIDDEN])]
)
def test_stub_may_fail_a_check_only_where_students_write_outside_of_functions(
    make_course: Callable[..., Course], solution: str, told: list[str]
) -> None:
    course = make_course(solution=solution)
    failing = a_verdict(*(Finding(c.name, Outcome.FAILED) for c in DOUBLE))
    fake = FakeJudges(lambda _: failing)
    with fake.open(course) as judges:
        proof = prove_with(judges, course, 1, Counting())
    stub = Promise.STUB_EARNS_NOTHING
    found = [b.subject for b in proof.exercises[0].broken if b.promise is stub]

    assert found == told


def test_nothing_is_asked_of_a_check_that_the_solution_skips(
    make_course: Callable[..., Course],
) -> None:
    """A stub skips it, too, and a mistake costs nothing there."""
    skipping = Finding(HIDDEN, Outcome.SKIPPED, counts=False)

    def skips(work: Work) -> Verdict:
        kept = [f for f in by_source(work).findings if f.name != HIDDEN]
        return a_verdict(*kept, skipping)

    fake = FakeJudges(skips, own=skips)
    course = make_course(solution=SOLUTION)
    with fake.open(course) as judges:
        (found,) = prove_with(judges, course, 1, Counting()).exercises

    assert [b.message for b in found.broken if b.subject == HIDDEN] == []
    (question,) = [each for each in found.questions if HIDDEN in each]
    assert question.startswith(f"`{HIDDEN}`: it is skipped for the solution, so noth")
