"""From hand-ins to grades: times, attempts, the class list, runs that are killed."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from fake_judges import FakeJudges, by_source
from helpers import SMALL_HIDDEN

from grader import grading
from grader.errors import UsageError
from grader.grading import Graded, GradeRequest
from grader.model import Clock, WhyLeft
from grader.stores import alone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.intake import Intake
    from grader.model import Results, SubmissionResult, Verdict, Work

RIGHT = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 6\n"
RULES = """
timezone = "Europe/Berlin"
due = 2026-11-02T12:00:00
late = {percent = 10}
"""


class Watching:
    """Keeps the notes that a run tells."""

    def __init__(self) -> None:
        self.notes: tuple[str, ...] = ()

    def found(self, intake: Intake, recalled: int, to_judge: int) -> None:
        del recalled, to_judge
        self.notes = intake.notes

    def judged(self, work: Work, verdict: Verdict) -> None:
        """Nothing is kept of it."""


class Class:
    """A course of one exercise, and hand-ins that are graded again and again."""

    def __init__(self, folder: Path, course: Course) -> None:
        self.folder = folder
        self.root = course.root
        self.out = folder / "out"
        self.notes: tuple[str, ...] = ()

    def rule(self, rules: str) -> None:
        table = self.root / "solutions" / "course.toml"
        table.write_text(rules + table.read_text())

    def put(self, place: str, text: str = RIGHT) -> Path:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def grade(self, judges: FakeJudges, *paths: Path, **asked: Any) -> Graded:
        watching = Watching()
        chosen = paths or (self.folder / "in",)
        request = GradeRequest(chosen, self.root, self.out, 2, **asked)
        graded = grading.grade(request, watching, open_judges=judges.open)
        self.notes = watching.notes
        return graded


@pytest.fixture
def made(tmp_path: Path, make_course: Callable[..., Course]) -> Class:
    return Class(tmp_path, make_course())


def of(results: Results, student: str) -> SubmissionResult:
    (found,) = [one for one in results.submissions if one.student == student]
    return found


def test_late_hand_in_of_a_platform_costs_what_the_rules_say(made: Class) -> None:
    made.rule(RULES)
    made.put("in/hw_ann_attempt_2026-11-02-11-59-00_double.py")
    made.put("in/hw_bo_attempt_2026-11-03-11-00-00_double.py")
    results = made.grade(FakeJudges()).results
    (late,) = of(results, "bo").exercises

    assert (of(results, "ann").score, of(results, "bo").score) == (10.0, 9.0)
    assert (late.score, late.checks_score) == (9.0, 10.0)
    assert late.delivery is not None
    assert late.delivery.clock is Clock.LMS
    assert "23 hours late (it was due on 2 November 2026" in late.adjustments[0].reason


@pytest.mark.parametrize(
    ("keep", "score", "left"),
    [("latest", 0.0, 1), ("first", 10.0, 1), ("best", 10.0, 0)],
)
def test_attempt_counts_that_the_course_keeps(
    keep: str, score: float, left: int, made: Class
) -> None:
    made.rule(f'attempts = {{keep = "{keep}"}}\n')
    made.put("in/hw_ann_attempt_2026-11-01-10-00-00_double.py", RIGHT)
    made.put("in/hw_ann_attempt_2026-11-02-10-00-00_double.py", WRONG)
    judges = FakeJudges()
    results = made.grade(judges).results

    assert of(results, "ann").score == score
    assert len(judges.judged) == 2 - left
    assert [one.why for one in results.left] == [WhyLeft.ATTEMPT] * left


def test_best_attempt_is_the_one_with_the_most_points_after_lateness(
    made: Class,
) -> None:
    made.rule(RULES + 'attempts = {keep = "best", free = 2}\n')
    made.put("in/hw_ann_attempt_2026-11-01-10-00-00_double.py", WRONG)
    made.put("in/hw_ann_attempt_2026-11-09-10-00-00_double.py", RIGHT)
    (exercise,) = of(made.grade(FakeJudges()).results, "ann").exercises

    assert exercise.delivery is not None
    assert exercise.delivery.attempt == 2
    assert exercise.score == 3.0


def test_times_of_files_are_told_to_decide_what_is_late(made: Class) -> None:
    made.put("in/ann/double.py")
    made.grade(FakeJudges())
    undated = made.notes
    made.rule(RULES)
    made.grade(FakeJudges())

    assert undated == ()
    assert made.notes[0].startswith(
        "when 1 of 1 files came in, only their own times tell"
    )


def test_class_list_names_who_is_there_and_who_is_not(made: Class) -> None:
    roster = made.put("class.csv", "id,name,section\n1,Ann Ash,A\n2,Bo Li,B\n")
    made.put("in/Ann Ash/double.py")
    results = made.grade(FakeJudges(), roster=roster).results
    rows = list(csv.DictReader((made.out / "grades.csv").read_text().splitlines()))

    assert (of(results, "1").name, of(results, "1").absent) == ("Ann Ash", False)
    assert (of(results, "2").score, of(results, "2").absent) == (0.0, True)
    assert [(r["student"], r["name"], r["section"], r["absent"]) for r in rows] == [
        ("1", "Ann Ash", "A", ""),
        ("2", "Bo Li", "B", "absent"),
    ]


def test_archive_gives_the_grades_of_its_folder(made: Class) -> None:
    path = made.folder / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("class/ann/double.py", RIGHT)
        archive.writestr("class/bo/double.py", WRONG)
    results = made.grade(FakeJudges(), path).results

    assert {one.student: one.score for one in results.submissions} == {
        "ann": 10.0,
        "bo": 0.0,
    }


def test_changed_check_is_named_when_it_is_judged_again(made: Class) -> None:
    made.put("in/ann/double.py")
    made.grade(FakeJudges())
    path = made.root / "solutions" / "double" / "test_hidden.py"
    path.write_text(SMALL_HIDDEN.replace("range(3)", "range(4)"))
    made.grade(FakeJudges())
    first = made.notes
    made.grade(FakeJudges())

    assert first == (
        "double: judged again: changed check: test_double_of_fresh_numbers",
    )
    assert made.notes == ()


def test_second_run_into_one_folder_is_refused(made: Class) -> None:
    made.put("in/ann/double.py")
    made.out.mkdir()
    judges = FakeJudges()

    with (
        alone(made.out),
        pytest.raises(UsageError, match="another run is writing here"),
    ):
        made.grade(judges)
    assert not judges.judged
    assert made.grade(judges).results.submissions[0].score == 10.0


def kept(made: Class) -> tuple[list[bytes], bytes]:
    """Return what the store of verdicts and the results hold, without times."""
    with sqlite3.connect(made.out / "verdicts.sqlite") as store:
        rows = store.execute("SELECT key FROM found ORDER BY key").fetchall()
    return [key for (key,) in rows], (made.out / "results.json").read_bytes()


def graded_and_killed(made: Class, after: int) -> None:
    """Grade in a process of its own that ends like a machine without power."""

    def answer(work: Work) -> Verdict:
        nonlocal after
        after -= 1
        if after < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return by_source(work)

    child = os.fork()
    if child == 0:
        try:
            made.grade(FakeJudges(answer))
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def test_runs_that_are_killed_end_with_what_an_undisturbed_run_gives(
    made: Class,
) -> None:
    for number in range(30):
        made.put(f"in/s{number:02}/double.py", f"{RIGHT}# {number}\n")
    for after in (0, 1, 7, 13, 5):
        graded_and_killed(made, after)
    judges = FakeJudges()
    made.grade(judges)
    disturbed = kept(made)
    made.out = made.folder / "calm"
    made.grade(FakeJudges())

    assert len(judges.judged) == 30 - (0 + 1 + 7 + 13 + 5)
    assert disturbed == kept(made)
