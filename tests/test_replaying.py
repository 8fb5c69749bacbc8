"""`grader replay` shows the instructor what one submission met, exactly as graded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from helpers import SMALL_SOLUTION
from typed import Done, typed

from grader.course.fingerprint import digest_of_checks
from grader.judging.checks.draws import Draw, key_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

HIDDEN = '''\
from grader import close_to, points


@points(6)
def test_double_of_fresh_numbers(student, reference, draw):
    """double(x) is twice x."""
    x = draw.real()
    assert student.double(x) == close_to(reference.double(x)), x


@points(4)
def test_double_of_lists(student, draw):
    """double(x) takes lists, too."""
    student.double(x=draw.reals(2))
'''
HOSTILE = """\
def double(x):
    print("\\x1b[31mred\\x07")
    return 3 * x
"""


@pytest.fixture(scope="module")
def place(
    make_course: Callable[..., Course], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Return a course and a folder of submissions."""
    submissions = tmp_path_factory.mktemp("submissions")
    for student, source in {"ann": SMALL_SOLUTION, "bob": HOSTILE}.items():
        (submissions / student).mkdir()
        (submissions / student / "double.py").write_text(source)
    (submissions / "eve").mkdir()
    (submissions / "eve" / "notes.txt").write_text("nothing")
    return make_course(hidden=HIDDEN).root, submissions


def replay(place: tuple[Path, Path], gate: Gate, student: str, *more: str) -> Done:
    course, submissions = place
    where = ["--submissions", str(submissions), "--course", str(course)]
    return typed("replay", student, *more, *where, gate=gate)


@pytest.fixture(scope="module")
def shown(place: tuple[Path, Path], gate: Gate) -> list[str]:
    """Return the lines of the wrong submission's replay."""
    done = replay(place, gate, "bob", "double")
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines()]


def after(lines: list[str], start: str) -> str:
    return next(line for line in lines if line.startswith(start)).removeprefix(start)


def test_replay_shows_the_draw_the_call_and_both_numbers(shown: list[str]) -> None:
    failed = shown[shown.index("failed: test_double_of_fresh_numbers") :]
    x = float(after(failed, "drew real: "))

    assert after(failed, "called double(") == f"{x:.9g})"
    assert float(after(failed, "returned ")) == pytest.approx(3 * x)
    assert float(after(failed, "got ")) == pytest.approx(3 * x)
    assert float(after(failed, "expected ")) == pytest.approx(2 * x)
    assert any(line.startswith("value: 1 of 1 differ, by 50 %") for line in failed)


def test_replay_meets_the_draw_that_the_grade_met(
    place: tuple[Path, Path], shown: list[str]
) -> None:
    folder = place[0] / "solutions" / "double"
    checks = [folder / name for name in ("test_visible.py", "test_hidden.py")]
    own = hashlib.sha256(HOSTILE.encode()).hexdigest()
    key = key_of(own, digest_of_checks(checks), "test_double_of_fresh_numbers")
    draw = Draw(key)

    assert float(after(shown, "drew real: ")) == draw.real()


def test_replay_shows_keywords_and_what_passed(shown: list[str]) -> None:
    passed = shown[shown.index("passed: test_double_of_lists") :]

    assert after(passed, "called double(x=").startswith(after(passed, "drew reals: "))


def test_replay_is_the_same_each_time(
    place: tuple[Path, Path], gate: Gate, shown: list[str]
) -> None:
    done = replay(place, gate, "bob", "double", "--sandbox", "none")
    again = [line.strip() for line in done.stdout.splitlines()]

    def untimed(lines: list[str]) -> list[str]:
        return [line for line in lines if not line.startswith("took ")]

    assert untimed(again) == untimed(shown)


def test_replay_cleans_hostile_text(shown: list[str]) -> None:
    text = "\n".join(shown)

    assert "printed red" in text
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.mark.parametrize(
    ("student", "exercise", "message"),
    [
        ("ann ", "duoble", "Did you mean `double`?"),
        ("annn", "double", "found none of that name. Did you mean ann?"),
        ("eve", "double", "expected a program, found none. Nothing was handed in."),
    ],
)
def test_replay_says_what_it_cannot_find(
    place: tuple[Path, Path], gate: Gate, student: str, exercise: str, message: str
) -> None:
    done = replay(place, gate, student, exercise)

    assert done.returncode == 2
    assert message in done.stderr
