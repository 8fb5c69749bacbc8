"""The sample class: every score and every outcome, and the claims made by hand.

It is graded by `make prove`.
"""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from expect_class import EXPECTED, expectation
from helpers import ROOT, Quiet

from grader import grading
from grader.judging.session import open_judges
from grader.model import Outcome, Results

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.host.gate import Gate

CLASS = ROOT / "tests" / "class"
LESSON_STUDENT = "lesson"
LESSON = ROOT / "tests" / "lesson"
CLAIMS = tomllib.loads((CLASS / "claims.toml").read_text(encoding="utf-8"))
# What else a wrong function may cost: a check on `train` builds a `Model` first, and
# fails with it.
SHARED = {"Model"}
pytestmark = pytest.mark.course


def graded(submissions: Path, out: Path, gate: Gate) -> tuple[Results, list[str]]:
    """Return the results and the authors' faults.

    The course is as it is, except that endless loops meet their limits sooner. Nobody
    looks for reasons, since they move no score.
    """
    root = out.parent / "course"
    shutil.copytree(ROOT / "solutions", root / "solutions")
    table = root / "solutions" / "course.toml"
    text = table.read_text(encoding="utf-8")
    for limit, value in (("seconds_per_call", 1), ("seconds_per_exercise", 3)):
        text, count = re.subn(
            rf"^{limit} = .*$", f"{limit} = {value}", text, flags=re.MULTILINE
        )
        assert count == 1
    table.write_text(text, encoding="utf-8")
    watcher = Quiet()
    jobs = os.cpu_count() or 1
    request = grading.GradeRequest((submissions,), root, out, jobs, reasons=False)
    judges = functools.partial(open_judges, gate=gate)
    graded = grading.grade(request, watcher, open_judges=judges)
    return graded.results, watcher.faults


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, gate: Gate
) -> tuple[Results, list[str]]:
    """Return the results of the whole class, graded once, and the authors' faults."""
    folder = tmp_path_factory.mktemp("class")
    copy = shutil.copytree(CLASS / "submissions", folder / "submissions")
    # The lesson is one more student, so that nothing has to start for it alone.
    shutil.copytree(LESSON, copy / LESSON_STUDENT)
    # A checkout gives files any time. Here, of two files for one exercise, the
    # notebook is the newer one.
    for path in copy.rglob("*"):
        os.utime(path, (0, 1 if path.suffix == ".ipynb" else 0))
    return graded(copy, folder / "out", gate)


def test_every_score_and_outcome_is_the_expected_one(
    run: tuple[Results, list[str]],
) -> None:
    results, faults = run

    found = expectation(results)
    del found[LESSON_STUDENT]

    assert faults == []
    assert found == json.loads(EXPECTED.read_text(encoding="utf-8"))


def claimed() -> list[tuple[str, str]]:
    return [(student, ex) for student, by in CLAIMS.items() for ex in by]


@pytest.mark.parametrize(("student", "exercise"), claimed())
def test_claim_made_by_hand_holds(
    run: tuple[Results, list[str]], student: str, exercise: str
) -> None:
    claim = CLAIMS[student][exercise]
    (result,) = [
        ex
        for sub in run[0].submissions
        if sub.student == student
        for ex in sub.exercises
        if ex.exercise == exercise
    ]
    lost = [check for check in result.checks if check.score < check.max_score]
    wrong = set(claim["wrong"])

    match claim["outcome"]:
        case "full":
            assert (lost, result.score) == ([], 10.0)
        case "none":
            assert {check.outcome for check in result.checks} == {Outcome.NOT_ATTEMPTED}
        case "error":
            assert result.error is not None
            assert result.score == 0.0
        case "partial":
            assert len(lost) > 0
            for function in wrong:
                assert any(function in check.about for check in lost)
            about = [set(check.about) for check in lost]
            assert [a for a in about if not a & (wrong | SHARED)] == []


@pytest.mark.parametrize(
    "exercise", ["autograd", "linear_regression", "logistic_regression"]
)
def test_lesson_itself_is_graded_without_a_complaint(
    run: tuple[Results, list[str]], exercise: str
) -> None:
    (lesson,) = [s for s in run[0].submissions if s.student == LESSON_STUDENT]
    (result,) = [e for e in lesson.exercises if e.exercise == exercise]

    assert (result.score, result.error, result.notes) == (10.0, None, ())
    assert {check.outcome for check in result.checks} == {Outcome.PASSED}
