"""What decides a verdict changes an exercise's fingerprint, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course import load_course
from grader.course.fingerprint import checks_without_worth, digest_of_checks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course

HIDDEN = '''\
"""Hidden checks."""

from grader import close_to, points


@points(10)
def test_double_of_fresh_numbers(student, draw):
    """double(x) is twice x."""
    x = draw.real()
    assert student.double(x) == close_to(2 * x)
'''


@pytest.fixture
def folder(make_course: Callable[..., Course]) -> Path:
    """Return the folder of a course of one exercise with two lists of variants."""
    course = make_course(hidden=HIDDEN)
    own = course.root / "solutions" / "double"
    (own / "mistakes.py").write_text("MISTAKES = []\n")
    (own / "alternatives.py").write_text("ALTERNATIVES = []\n")
    return course.root


def fingerprint(root: Path) -> str:
    return load_course(root).fingerprints()["double"]


def rewrite(root: Path, name: str, old: str, new: str) -> None:
    path = root / "solutions" / name
    text = path.read_text() if path.is_file() else ""
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else text + new)


DECIDES = {
    "a hidden check": ("double/test_hidden.py", "2 * x", "3 * x"),
    "a visible check": ("double/test_visible.py", "close_to(6)", "close_to(7)"),
    "what a check is about": (
        "double/test_hidden.py",
        "@points",
        "@about('x')\n@points",
    ),
    "the solution": ("double/solution.py", "2 * x", "x + x"),
    "a mistake": ("double/mistakes.py", "[]", "[1]"),
    "a helper beside them": ("double/helper.py", "", "x = 1"),
    "data beside them": ("double/data.csv", "", "1,2"),
    "a limit": ("course.toml", "", "[limits]\nmemory_mb = 500\n"),
    "what students are shown": ("course.toml", "exer", "counterexamples = false\nexer"),
    "a module loaded beforehand": ("course.toml", "exer", 'preload = ["json"]\nexer'),
}
DOES_NOT = {
    "points": ("double/test_hidden.py", "@points(10)", "@points(4 + 6)"),
    "points on several lines": ("double/test_hidden.py", "(10)", "(\n    10,\n)"),
    "points in another way": (
        "double/test_hidden.py",
        "@points",
        "@pytest.mark.points",
    ),
    "the title of a check": ("double/test_hidden.py", "is twice", "is two times\n  "),
    "the title of the course": ("course.toml", "Small", "Smaller"),
    "the title and points of the exercise": (
        *("course.toml", ""),
        '[exercise.double]\ntitle = "Twice"\npoints = 10.0\n',
    ),
    "an alternative": ("double/alternatives.py", "[]", "[1]"),
    "a file that an editor left": ("double/.test_hidden.py.swp", "", "x"),
}


@pytest.mark.parametrize("what", DECIDES)
def test_what_decides_a_verdict_changes_the_fingerprint(
    folder: Path, what: str
) -> None:
    before = fingerprint(folder)
    rewrite(folder, *DECIDES[what])

    assert fingerprint(folder) != before


@pytest.mark.parametrize("what", DOES_NOT)
def test_what_decides_no_verdict_does_not(folder: Path, what: str) -> None:
    before = fingerprint(folder)
    rewrite(folder, *DOES_NOT[what])

    assert fingerprint(folder) == before


@pytest.mark.parametrize("what", [*DECIDES, *DOES_NOT])
def test_other_inputs_are_drawn_where_a_check_does_something_else(
    folder: Path, what: str
) -> None:
    """A change of points or titles gives `replay` the draws of the first grading."""

    def digest() -> str:
        return digest_of_checks(sorted((folder / "solutions").rglob("test_*.py")))

    before = digest()
    name, *_ = change = (DECIDES | DOES_NOT)[what]
    rewrite(folder, *change)

    in_a_check = what in DECIDES and name.startswith("double/test_")
    assert (digest() != before) is in_a_check


def test_exercise_s_fingerprint_does_not_depend_on_where_the_course_lies(
    make_course: Callable[..., Course],
) -> None:
    one, other = make_course(), make_course()

    assert one.root != other.root
    assert one.fingerprints() == other.fingerprints()


@pytest.mark.parametrize("source", [b"def (", b"\xff\xfe", b"x = '\0'"])
def test_source_that_does_not_parse_is_taken_as_it_is(source: bytes) -> None:
    assert checks_without_worth(source) == source
