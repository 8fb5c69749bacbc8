"""`grader grade`: what it says and how it exits, with judges that answer at once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from fake_judges import DOUBLE, FakeJudges, by_source
from helpers import a_verdict

from grader import grading
from grader.cli import cli
from grader.model import Finding, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.model import Verdict, Work

RIGHT = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 6\n"


class Command:
    """The command in a folder with a course and submissions."""

    def __init__(self, folder: Path, course: Course, patch: pytest.MonkeyPatch) -> None:
        self.submissions = folder / "submissions"
        self.out = folder / "out"
        self._course = course.root
        self._patch = patch

    def hand_in(self, **sources: str) -> None:
        for student, source in sources.items():
            place = self.submissions / student
            place.mkdir(parents=True, exist_ok=True)
            (place / "double.py").write_text(source)

    def __call__(self, judges: FakeJudges, *words: str) -> Result:
        graded = functools.partial(_GRADE, open_judges=judges.open)
        self._patch.setattr(grading, "grade", graded)
        where = ["--course", str(self._course), "--out", str(self.out)]
        return CliRunner().invoke(cli, ["grade", str(self.submissions), *where, *words])


_GRADE = grading.grade


@pytest.fixture
def grade(
    tmp_path: Path,
    make_course: Callable[..., Course],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    command = Command(tmp_path, make_course(), monkeypatch)
    command.hand_in(ann=RIGHT, bob=WRONG)
    return command


def test_chatter_goes_to_stderr_and_the_summary_to_stdout(grade: Command) -> None:
    done = grade(FakeJudges())

    assert done.exit_code == 0
    assert "found 2 files of 2 students\n" in done.stderr
    assert "graded 1 of 2\ngraded 2 of 2\n" in done.stderr
    assert "files written to" in done.stderr
    assert "2 files of 2 students graded" in done.stdout


def test_exit_code_does_not_depend_on_what_students_earned(grade: Command) -> None:
    grade.hand_in(ann=WRONG)

    assert grade(FakeJudges()).exit_code == 0


def test_second_run_says_what_it_takes_over(grade: Command) -> None:
    grade(FakeJudges())
    grade.hand_in(bob=RIGHT + "# mended\n")
    judges = FakeJudges()
    done = grade(judges)

    assert "1 of 2 verdicts as they stand" in done.stderr
    assert "graded 1 of 1" in done.stderr
    assert [work.student for work in judges.judged] == ["bob"]


def test_run_with_nothing_to_judge_says_so_by_silence(grade: Command) -> None:
    first = grade(FakeJudges())
    judges = FakeJudges()
    second = grade(judges)

    assert not judges.started
    assert "2 of 2 verdicts as they stand" in second.stderr
    assert "graded 0" not in second.stderr
    assert second.stdout == first.stdout


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("50", 1), ("100", 1)])
def test_score_below_what_is_asked_is_an_exit_code(
    grade: Command, least: str, code: int
) -> None:
    assert grade(FakeJudges(), "--fail-under", least).exit_code == code


def test_score_that_is_not_final_comes_before_one_that_is_low(grade: Command) -> None:
    unsure = FakeJudges(
        lambda _: a_verdict(*(Finding(c.name, Outcome.GRADER_ERROR) for c in DOUBLE))
    )

    assert grade(unsure, "--fail-under", "50").exit_code == 2


def test_quiet_run_says_nothing(grade: Command) -> None:
    done = grade(FakeJudges(), "--quiet")

    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert (grade.out / "results.json").is_file()


def test_options_reach_the_judges(grade: Command) -> None:
    judges = FakeJudges()
    grade(judges, "--sandbox", "uid", "--jobs", "3")

    assert judges.told.items() >= {"sandbox": "uid", "jobs": 3}.items()


def test_fault_of_the_author_is_told_cleanly_and_in_one_line(grade: Command) -> None:
    def faulty(_: Work) -> Verdict:
        ours = Finding("test_double_of_three", Outcome.GRADER_ERROR)
        return a_verdict(ours, faults=("test_hidden.py, line 8\n\x1b[31m: no",))

    done = grade(FakeJudges(faulty))

    assert "author: double, ann: test_hidden.py, line 8 : no\n" in done.stderr


def test_interrupt_says_how_many_are_kept(grade: Command) -> None:
    def until_bob(work: Work) -> Verdict:
        if work.student == "bob":
            raise KeyboardInterrupt
        return by_source(work)

    done = grade(FakeJudges(until_bob))

    assert done.exit_code == 130
    assert "interrupted: 1 of 2 files were graded and are kept in" in done.stderr
    assert "the same command goes on from there" in done.stderr


def test_unknown_wall_is_refused_before_anything_is_read(grade: Command) -> None:
    judges = FakeJudges()
    done = grade(judges, "--sandbox", "docker")

    assert done.exit_code == 2
    assert "'docker' is not one of 'auto', 'landlock', 'uid', 'bwrap'" in done.stderr
    assert not judges.started
