"""Works as they come from laptops and Colab: each keeps its points, in plain words."""

from __future__ import annotations

import functools
import html
import shutil
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from helpers import ROOT, Quiet

from grader import grading
from grader.intake import find_work
from grader.judging.session import How, open_judges
from grader.report.formats import markdown
from grader.report.letter import letter_of

if TYPE_CHECKING:
    from grader.judging.session import Judges
    from grader.model import ExerciseResult, Outcome, Results
    from grader.sandbox.host.gate import Gate

pytestmark = pytest.mark.needs_wall
FIELD = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (FIELD / "expected.toml").read_text(encoding="utf-8")
)
# These use up all their time.
ENDLESS = {"endless_last_cell", "never_comes_back"}
# Endless loops meet these limits soon; the other works do not come near them.
TITLE = "[exercise.backprop]\n"
LIMITS = "limits = {seconds_per_call = 0.4, seconds_per_exercise = 1.5}\n"


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, gate: Gate
) -> tuple[Results, list[str]]:
    """Return the results of all works, graded once, and the faults of checks."""
    folder = tmp_path_factory.mktemp("field")
    root = folder / "course"
    shutil.copytree(ROOT / "solutions", root / "solutions")
    shutil.copytree(ROOT / "exercises", root / "exercises")
    table = root / "solutions" / "course.toml"
    text = table.read_text(encoding="utf-8")
    assert TITLE in text
    table.write_text(text.replace(TITLE, TITLE + LIMITS), encoding="utf-8")
    submissions = shutil.copytree(FIELD / "works", folder / "submissions")
    for name, expected in EXPECTED.items():
        if handout := expected.get("handout"):
            exercise = root / "exercises" / expected["exercise"]
            shutil.copy(exercise / handout, submissions / name / handout)
    watcher = Quiet()
    request = grading.GradeRequest((submissions,), root, folder / "out", 1)
    judges = functools.partial(open_judges, gate=gate)
    graded = grading.grade(request, watcher, open_judges=judges)
    return graded.results, watcher.faults


def result_of(run: tuple[Results, list[str]], name: str) -> ExerciseResult:
    [student] = [one for one in run[0].submissions if one.student == name]
    wanted = EXPECTED[name]["exercise"]
    return next(one for one in student.exercises if one.exercise == wanted)


def read_by(run: tuple[Results, list[str]], name: str) -> str:
    """Return what a student reads, without what Markdown needs to show it."""
    [student] = [one for one in run[0].submissions if one.student == name]
    page = markdown.page(letter_of(student, run[0]))
    return html.unescape(page).replace("\\", "")


def test_every_work_is_expected_and_no_check_is_at_fault(
    run: tuple[Results, list[str]],
) -> None:
    assert {one.student for one in run[0].submissions} == set(EXPECTED)
    assert run[1] == []
    assert run[0].suspects == ()


@pytest.mark.parametrize("name", EXPECTED)
def test_work_has_its_points(run: tuple[Results, list[str]], name: str) -> None:
    found, expected = result_of(run, name), EXPECTED[name]

    assert found.score == expected["score"], [c.message for c in found.checks]
    assert (found.error is not None) is expected.get("error", False)
    assert (found.file is None) is expected.get("missing", False)


@pytest.mark.parametrize("name", EXPECTED)
def test_work_is_told_what_helps_and_nothing_else(
    run: tuple[Results, list[str]], name: str
) -> None:
    page = read_by(run, name)

    assert [part for part in EXPECTED[name].get("says", ()) if part not in page] == []
    assert [part for part in EXPECTED[name].get("never", ()) if part in page] == []


def test_works_end_alike_whatever_comes_before_them(
    run: tuple[Results, list[str]], judges: Judges
) -> None:
    # Here they come in another order than in the run.
    works = [
        work
        for work in find_work((FIELD / "works",), ("backprop",)).work
        if work.program is not None and work.student not in ENDLESS
    ][::-3]
    before: dict[str, list[Outcome]] = {}
    for student in run[0].submissions:
        [backprop] = [one for one in student.exercises if one.exercise == "backprop"]
        before[student.student] = [check.outcome for check in backprop.checks]
    after = {
        work.student: [finding.outcome for finding in verdict.findings]
        for work, verdict in judges.judge(works, How(diagnose=False))
    }

    assert len(after) > 15
    assert {name: before[name] for name in after} == after
