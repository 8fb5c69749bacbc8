"""What would move is told before it moves, and nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from fake_judges import DOUBLE, FakeJudges, by_source
from grading_runs import RIGHT, WRONG, Run
from helpers import Counting, a_verdict

from grader.decisions import Override, now
from grader.errors import OperatorError
from grader.gradebook import GRADEBOOK_FILE, Gradebook
from grader.model import Finding, Outcome
from grader.verdicts import VERDICTS_FILE
from grader.what_if import what_if

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.model import Work
    from grader.moves import Moved

KEPT = (".json", ".csv", ".md")
PASSED = Outcome.PASSED
TABLE = 'title = "Small"\nexercises = ["double"]\n'


@pytest.fixture
def run(tmp_path: Path, make_course: Callable[..., Course]) -> Run:
    made = Run(tmp_path, make_course())
    made.hand_in("anna", source=RIGHT)
    made.hand_in("ben", source=WRONG)
    (made.submissions / "carl").mkdir()
    made.graded(FakeJudges())
    return made


def foreseen(run: Run, judges: FakeJudges) -> dict[str, Moved]:
    """Return what would move, and make sure that no report did."""
    before = {p: p.read_bytes() for p in run.out.rglob("*") if p.suffix in KEPT}
    found = what_if(run.out, run.root, Counting(), judges=judges.open)

    after = {p: p.read_bytes() for p in before}
    assert after == before
    return {one.name: one for one in found}


def _source(work: Work) -> str:
    assert work.program is not None
    return work.program.blocks[0].source


def reasons(moved: Moved) -> str:
    causes = [*moved.causes, *(c for own in moved.exercises for c in own.causes)]
    return "; ".join(cause.text for cause in causes)


def test_without_a_change_nothing_moves_and_nothing_is_judged(run: Run) -> None:
    judges = FakeJudges()

    assert foreseen(run, judges) == {}
    assert not judges.started


def test_changed_check_is_judged_and_told(run: Run) -> None:
    run.rewrite("double/test_hidden.py", "range(3)", "range(4)")
    easy = FakeJudges(
        lambda _: a_verdict(*(Finding(c.name, Outcome.PASSED) for c in DOUBLE))
    )
    moved = foreseen(run, easy)

    assert set(moved) == {"ben"}
    assert moved["ben"].points == 10
    assert reasons(moved["ben"]) == "changed check: test_double_of_fresh_numbers"
    # The run that counts has nothing left to judge.
    judges = FakeJudges()
    assert run.graded(judges).moved[0].name == "ben"
    assert judges.judged == []


def test_changed_points_move_without_judging(run: Run) -> None:
    run.rewrite("double/test_hidden.py", "@points(10)", "@points(5)")
    half = (DOUBLE[0], msgspec.structs.replace(DOUBLE[1], points=5.0))
    judges = FakeJudges(checks={"double": half})
    moved = foreseen(run, judges)

    assert moved["anna"].points == -5
    assert "points of test_double_of_fresh_numbers: 5, before 10" in reasons(
        moved["anna"]
    )
    assert judges.judged == []


def test_changed_rule_moves_without_judging(run: Run) -> None:
    run.rewrite("course.toml", TABLE, f"{TABLE}rounding = {{ to = 7 }}\n")
    judges = FakeJudges()
    moved = foreseen(run, judges)

    assert moved["anna"].points == -3
    assert "rounding" in reasons(moved["anna"])
    assert not judges.started


@pytest.mark.parametrize(
    ("rules", "points"),
    [
        ('[late]\npercent = 25\nper = "day"\nat_most = 50\n', -5),
        ("[late]\npercent = 10\naccept_days = 3\n", -10),
    ],
)
def test_changed_lateness_moves_who_is_late(
    run: Run, rules: str, points: float
) -> None:
    due = '[exercise.double]\ntitle = "T"\npoints = 10\ndue = 2000-01-01T00:00:00\n'
    run.rewrite("course.toml", TABLE, f'{TABLE}timezone = "UTC"\n{rules}{due}')
    moved = foreseen(run, FakeJudges())

    assert moved["anna"].points == points
    assert "late" in reasons(moved["anna"])


def test_decision_stands_in_what_would_be(run: Run) -> None:
    with Gradebook(run.out / GRADEBOOK_FILE) as book:
        book.record(
            Override(
                student="ben",
                exercise="double",
                score=7.0,
                by="dean",
                at=now(),
                reason="by hand",
            )
        )
    moved = foreseen(run, FakeJudges())

    assert moved["ben"].points == 7
    assert "by hand" in reasons(moved["ben"])


def test_unreadable_and_missing_works_stay_as_they_are(run: Run) -> None:
    (run.submissions / "dora").mkdir()
    (run.submissions / "dora/double.ipynb").write_text("{ no notebook")
    run.graded(FakeJudges())

    assert foreseen(run, FakeJudges()) == {}


def test_programs_that_are_gone_are_asked_for(run: Run) -> None:
    (run.out / VERDICTS_FILE).unlink()

    with pytest.raises(OperatorError, match="Grade again"):
        what_if(run.out, run.root, Counting(), judges=FakeJudges(by_source).open)


def attempted(folder: Path, course: Course, keep: str, *sources: str) -> Run:
    """Return a run in which ann has handed in several times, a day apart."""
    made = Run(folder, course)
    made.submissions.mkdir()
    made.rewrite("course.toml", TABLE, f'{TABLE}attempts = {{keep = "{keep}"}}\n')
    for day, source in enumerate(sources, 1):
        name = f"hw_ann_attempt_2026-11-0{day}-10-00-00_double.py"
        (made.submissions / name).write_text(source)
    made.graded(FakeJudges())
    return made


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [
        *(("latest", "best", 10), ("latest", "first", 10), ("first", "best", 0)),
        *(("best", "latest", -10), ("first", "latest", -10), ("best", "first", 0)),
    ],
)
def test_another_rule_takes_another_attempt(
    *,
    tmp_path: Path,
    make_course: Callable[..., Course],
    before: str,
    after: str,
    points: float,
) -> None:
    run = attempted(tmp_path, make_course(), before, RIGHT, WRONG)
    run.rewrite("course.toml", f'keep = "{before}"', f'keep = "{after}"')
    moved = foreseen(run, FakeJudges())

    assert {name: one.points for name, one in moved.items()} == (
        {"ann": points} if points else {}
    )
    assert not moved or "another file: " in reasons(moved["ann"])


def test_changed_check_may_make_another_attempt_the_best(
    tmp_path: Path, make_course: Callable[..., Course]
) -> None:
    run = attempted(tmp_path, make_course(), "best", WRONG, RIGHT, WRONG)
    run.rewrite("double/test_hidden.py", "range(3)", "range(4)")
    other = FakeJudges(
        lambda work: a_verdict(
            *(
                Finding(c.name, PASSED if _source(work) == WRONG else Outcome.FAILED)
                for c in DOUBLE
            )
        )
    )

    assert foreseen(run, other) == {}
    assert len(other.judged) == 3


def test_attempt_that_cannot_be_read_is_one(
    tmp_path: Path, make_course: Callable[..., Course]
) -> None:
    run = attempted(tmp_path, make_course(), "latest", RIGHT, "def double(:\n")
    odd = run.submissions / "hw_ann_attempt_2026-11-03-10-00-00_double.ipynb"
    odd.write_text("{ no notebook")
    (result,) = run.graded(FakeJudges()).results.submissions
    (own,) = result.exercises
    run.rewrite("course.toml", 'keep = "latest"', 'keep = "first"')

    assert [one.number for one in own.attempts or ()] == [1, 2]
    assert own.error is not None
    assert foreseen(run, FakeJudges(by_source))["ann"].points == 10
    run.rewrite("course.toml", 'keep = "first"', 'keep = "latest"')
    assert foreseen(run, FakeJudges(by_source)) == {}
