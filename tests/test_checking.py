"""A student's own check: each file judged afresh, by processes that stay warm."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from fake_judges import DOUBLE, FakeJudges
from helpers import SMALL_VISIBLE, a_verdict, checkers_of

from grader.checking import Checked, Checking
from grader.errors import AuthorError, UsageError
from grader.judging.session import Judges, open_judges
from grader.model import Finding, Outcome
from grader.report.answer import Standing
from grader.sandbox.modes import NO_WALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course import Course
    from grader.model import Verdict, Work

RIGHT = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 6\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an exercise as a student has it, with nothing in it yet."""
    found = tmp_path / "exercises" / "double"
    found.mkdir(parents=True)
    (found / "test_visible.py").write_text(SMALL_VISIBLE)
    return found


def visible() -> FakeJudges:
    return FakeJudges(checks={"double": DOUBLE[:1]})


def check(judges: FakeJudges, *paths: Path) -> tuple[Checked, ...]:
    with Checking(paths, None, open_judges=judges.open) as checking:
        return checking.check()


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_each_file_gets_its_own_result_in_the_order_of_the_command(
    folder: Path,
) -> None:
    wrong = write(folder / "double.py", WRONG)
    right = write(folder / "double (1).py", RIGHT)
    again = write(folder / "double-2.py", WRONG)
    paths = (wrong, right, again)
    checked = check(visible(), *paths)

    assert tuple(one.path for one in checked) == paths
    assert [one.result.checks[0].outcome for one in checked] == [
        Outcome.FAILED,
        Outcome.PASSED,
        Outcome.FAILED,
    ]


def test_file_given_twice_is_checked_twice(folder: Path) -> None:
    mine = write(folder / "double.py", RIGHT)
    checked = check(visible(), mine, mine)

    assert [one.result.checks[0].outcome for one in checked] == [Outcome.PASSED] * 2


def test_own_work_is_judged_without_a_wall_by_visible_checks_alone(
    folder: Path,
) -> None:
    judges = visible()
    (folder / "test_hidden.py").write_text("not for students")
    check(judges, write(folder / "double.py", RIGHT))

    assert judges.told == {"sandbox": NO_WALL}
    assert judges.exercises[0].check_files == (folder / "test_visible.py",)


def test_file_that_is_no_program_is_an_error_and_judged_by_nobody(
    folder: Path,
) -> None:
    judges = visible()
    broken = write(folder / "double.ipynb", "{")
    (checked,) = check(judges, broken)

    assert judges.judged == []
    assert checked.result.checks[0].outcome is Outcome.ERROR
    assert "expected a notebook" in str(checked.result.error)


def test_fault_of_a_check_is_told(folder: Path) -> None:
    def broken(_: Work) -> Verdict:
        ours = Finding("test_double_of_three", Outcome.GRADER_ERROR)
        return a_verdict(ours, faults=("line 3: NameError",))

    judges = FakeJudges(broken, checks={"double": DOUBLE[:1]})
    mine = write(folder / "double.py", RIGHT)
    (checked,) = check(judges, mine)

    assert checked.faults == ("line 3: NameError",)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing.py", "expected a file, found none"),
        ("", "expected files named as exercises in it, double, found none"),
        ("duble.py", "Did you mean double?"),
    ],
)
def test_wrong_name_starts_nothing(folder: Path, name: str, words: str) -> None:
    for own in ("double.py", "duble.py") if name else ():
        write(folder / own, RIGHT)
    judges = visible()
    with pytest.raises(UsageError) as caught:
        check(judges, folder / name)

    assert words in str(caught.value)
    assert not judges.started


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return a student's file beside its visible checks."""
    folder = tmp_path / "exercises" / "double"
    folder.mkdir(parents=True)
    (folder / "test_visible.py").write_text(SMALL_VISIBLE)
    (folder / "double.py").write_text(RIGHT)
    return folder / "double.py"


class Opened:
    """Opens judges and keeps them, to be looked at."""

    def __init__(self) -> None:
        self.judges: list[Judges] = []

    @contextmanager
    def __call__(
        self,
        course: Course,
        *,
        sandbox: str = "auto",
        jobs: int = 1,
        private: tuple[Path, ...] = (),
        many: bool = False,
    ) -> Iterator[Judges]:
        del private
        assert not many
        with open_judges(course, sandbox=sandbox, jobs=jobs, stays=True) as judges:
            self.judges.append(judges)
            yield judges


def outcomes(checked: tuple[Checked, ...]) -> list[str]:
    return [str(check.outcome) for one in checked for check in one.result.checks]


def test_ten_saves_are_judged_by_the_same_process_each_afresh(mine: Path) -> None:
    opened = Opened()
    found, processes = [], set()
    with Checking((mine,), None, open_judges=opened) as checking:
        for save in range(10):
            earlier = "helper = 2\n" if save == 0 else ""
            mine.write_text(f"{earlier}def double(x): return helper * x # {save}\n")
            found += outcomes(checking.check())
            processes |= set(checkers_of(opened.judges[-1]))

    assert found == ["passed", *["error"] * 9]
    assert len(opened.judges) == len(processes) == 1


def test_changed_checks_are_the_ones_that_count(mine: Path) -> None:
    opened = Opened()
    with Checking((mine,), None, open_judges=opened) as checking:
        first = outcomes(checking.check())
        other = SMALL_VISIBLE.replace("close_to(6)", "close_to(7)")
        mine.with_name("test_visible.py").write_text(other)
        second = outcomes(checking.check())

    assert (first, second) == (["passed"], ["failed"])


def test_checks_that_are_broken_for_a_while_are_read_again(mine: Path) -> None:
    checks = mine.with_name("test_visible.py")
    with Checking((mine,), None, open_judges=Opened()) as checking:
        checks.write_text("import nothing_of_that_name\n")
        with pytest.raises(AuthorError):
            checking.check()
        checks.write_text(SMALL_VISIBLE)

        assert outcomes(checking.check()) == ["passed"]


def test_folder_is_checked_by_the_file_in_which_most_is_written(folder: Path) -> None:
    write(folder / "double.py", "raise NotImplementedError('double: not written yet')")
    notebook = {"cells": [{"cell_type": "code", "source": RIGHT}], "nbformat": 4}
    write(folder / "double.ipynb", json.dumps(notebook))
    for named in (folder, folder.parent, folder.parents[1]):
        (checked,) = check(visible(), named)

        assert checked.path.name == "double.ipynb"


def test_notebook_says_when_it_was_saved_and_which_cells_never_ran(
    folder: Path,
) -> None:
    cells = [
        {"cell_type": "code", "source": "import math", "execution_count": 1},
        {"cell_type": "code", "source": RIGHT, "execution_count": None},
    ]
    mine = write(folder / "double.ipynb", json.dumps({"cells": cells}))
    (checked,) = check(visible(), mine)
    notes = " ".join(checked.result.notes)

    assert "as saved at " in notes
    assert "Never run in the notebook, but run here: cell 2 (`double`)." in notes


def test_checks_that_are_not_beside_the_file_are_asked_for(tmp_path: Path) -> None:
    alone = write(tmp_path / "double.ipynb", "{}")
    with pytest.raises(UsageError, match="Download the whole folder"):
        check(visible(), alone)


def test_course_json_says_what_the_checks_are_worth(folder: Path) -> None:
    own = {"id": "double", "title": "Twice", "points": 10, "learnt": "it doubles"}
    last = {"id": "triple", "title": "Thrice", "points": 5}
    listed = {"title": "Small", "exercises": [own, last]}
    write(folder.parent / "course.json", json.dumps(listed))
    (checked,) = check(visible(), write(folder / "double.py", RIGHT))

    assert checked.standing == Standing(0.0, 10.0, "it doubles", "triple (Thrice)")


def test_progress_is_kept_beside_the_exercises(folder: Path) -> None:
    mine = write(folder / "double.py", RIGHT)
    with Checking((mine,), None, open_judges=visible().open) as checking:
        before = checking.progress()
        checking.remember([mine])
        after = checking.progress()
        checking.remember([])

        assert (before, after, checking.progress()) == ((0, 1), (1, 1), (0, 1))
    assert [path.name for path in folder.parent.iterdir()].count(".grader.json") == 1
