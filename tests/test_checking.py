"""A student's own check stays warm between two saves, and never mixes two programs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from helpers import SMALL_VISIBLE, checkers_of

from grader.checking import Checked, Checking
from grader.errors import AuthorError
from grader.judging.session import Judges, open_judges

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course import Course

RIGHT = "def double(x): return 2 * x\n"


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
        self, course: Course, *, sandbox: str = "auto", jobs: int = 1
    ) -> Iterator[Judges]:
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
