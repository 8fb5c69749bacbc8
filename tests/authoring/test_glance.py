"""What is wrong with names, titles and points of checks is reported at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.authoring import glance
from grader.authoring.starting import new_course
from grader.course import load_course
from grader.errors import AuthorError

if TYPE_CHECKING:
    from pathlib import Path

CHECK = 'def test_{}(student):\n    """A title."""\n\n\n'


def looked_at(root: Path, hidden: str) -> None:
    if not (root / "solutions").exists():
        new_course(root, "loss")
    (root / "solutions/loss/test_hidden.py").write_text(hidden, encoding="utf-8")
    glance(load_course(root))


@pytest.mark.parametrize(
    ("hidden", "told"),
    [
        (
            f"@points(3)\n{CHECK.format('a')}{CHECK.format('a')}",
            r"hidden\.py, lines 2 and 6: `test_a` is defined 2 times, and only",
        ),
        (
            "@points(3)\ndef test_a(student): ...\n",
            r"hidden\.py, line 2: `test_a` has ",
        ),
        (
            f"@points(1)\n{CHECK.format('a')}@points(0.5)\n{CHECK.format('b')}",
            r"loss: expected checks of 3 points .*got 1\.5 \(test_a 1, test_b 0\.5\)",
        ),
        (CHECK.format("a"), r"got 0 \(none has any\)"),
        ("x = 1\ndef test_a(:\n", r"hidden\.py, line 2: expected Python"),
    ],
)
def test_problem_is_told_with_its_place(tmp_path: Path, hidden: str, told: str) -> None:
    with pytest.raises(AuthorError, match=told):
        looked_at(tmp_path, hidden)


@pytest.mark.parametrize(
    "hidden",
    [
        f"@points(3)\n{CHECK.format('a')}",
        f"@pytest.mark.points(3)\n@depends_on('b')\n{CHECK.format('a')}",
        f"@points(N)\n{CHECK.format('a')}",
        f"@points(1)\n@pytest.mark.parametrize('n', [1, 2, 3])\n{CHECK.format('a')}",
        "class TestIt:\n    @points(3)\n    def test_a(self, student):\n        'A.'\n",
        f"pytestmark = points(1)\n\n\n{CHECK.format('a')}",
    ],
)
def test_what_only_running_tells_is_left_to_that(tmp_path: Path, hidden: str) -> None:
    looked_at(tmp_path, hidden)
