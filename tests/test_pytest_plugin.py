"""`pytest exercises/` runs the visible checks on the work beside them."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from helpers import SMALL_VISIBLE, limit_computing

from grader import pytest_plugin

if TYPE_CHECKING:
    from pathlib import Path

MORE = '''

def test_double_of_seven(student):
    """double(7) is 14."""
    assert student.double(7) == close_to(14)
'''
FUNCTION = '''

def test_call(student):
    """call(f, x) is f(x)."""
    assert student.call(lambda x: 2 * x, 7) == close_to(14)
'''
SLOW = """
def double(x):
    for _ in range(900):
        y = 2 * x
    return y

def call(f, x):
    return f(x)
"""
# A file that belongs to no exercise stays pytest's own, whatever its name.
OTHER = "def test_other(student): assert student == 7\n"
FIXTURE = "import pytest\n@pytest.fixture\ndef student(): return 7\n"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return what pytest prints for an exercise, and for a folder that is none."""
    root = tmp_path_factory.mktemp("course")
    mine = root / "exercises" / "double"
    mine.mkdir(parents=True)
    (mine / "test_visible.py").write_text(SMALL_VISIBLE + MORE)
    (mine / "double.py").write_text("def double(x): return 6")
    authors = root / "solutions" / "double"
    broken = root / "broken" / "double"
    broken.mkdir(parents=True)
    (broken / "test_visible.py").write_text(SMALL_VISIBLE)
    (broken / "double.py").write_text("def double(x):\n    return (2 * x\n")
    slow = root / "broken" / "slow" / "double"
    slow.mkdir(parents=True)
    (slow / "test_visible.py").write_text(SMALL_VISIBLE + FUNCTION)
    limit_computing(slow)
    (slow / "double.py").write_text(SLOW)
    for folder in (root / "other", authors):
        folder.mkdir(parents=True)
        (folder / "test_visible.py").write_text(OTHER)
        (folder / "conftest.py").write_text(FIXTURE)
    for name in ("solution.py", "alternatives.py"):
        (authors / name).write_text("def double(x): return 2 * x")
    # pytest loads what the installed kit declares.
    words = ["-p", "no:cacheprovider", "-v", "--import-mode=importlib"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *words,
            "exercises",
            "broken",
            "other",
            "solutions",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    return done.stdout + done.stderr


def test_checks_pass_and_fail_by_their_names(printed: str) -> None:
    assert "test_visible.py::test_double_of_three PASSED" in printed
    assert "test_visible.py::test_double_of_seven FAILED" in printed


def test_failure_is_told_in_our_words_alone(printed: str) -> None:
    assert "`double` gave 6, expected 14." in printed
    assert "Traceback" not in printed
    assert "/grader/" not in printed
    assert "fixture" not in printed


def test_computing_is_limited_and_functions_are_called(printed: str) -> None:
    assert "broken/slow/double/test_visible.py::test_call PASSED" in printed
    assert "slow/double/test_visible.py::test_double_of_three FAILED" in printed
    assert "goes through loops 9.0 times as often" in " ".join(printed.split())


def test_file_that_cannot_be_read_passes_nothing(printed: str) -> None:
    assert "broken/double/test_visible.py::test_double_of_three FAILED" in printed
    assert printed.count("SyntaxError: '(' was never closed") == 1


def test_other_folders_are_left_alone(printed: str) -> None:
    assert "other/test_visible.py::test_other PASSED" in printed
    assert "double/test_visible.py::test_other PASSED" in printed
    assert "3 failed, 4 passed" in printed


def test_file_that_is_too_deep_for_python_holds_no_checks(tmp_path: Path) -> None:
    file = tmp_path / "test_mine.py"
    file.write_text("x = " + "+".join(["1"] * 20_000) + "\ndef test_a(student): pass\n")

    assert not pytest_plugin._asks_a_student(file)
