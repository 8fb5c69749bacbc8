"""A whole lesson in one file: each exercise finds its functions there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hand_ins import notebook_text, put

from grader.intake import find_work

if TYPE_CHECKING:
    from pathlib import Path

    from grader.intake import Intake

HOLE = "def {}(x):\n    raise NotImplementedError\n"
IDS = ("first", "second")
CELLS = (
    "import math",
    "def forward(x):\n    return x\n\ndef back(x):\n    return x\n",
    "def forward(x):\n    return 2 * x\n",
    "def train(x):\n    return forward(x)\n",
    "print(train(1))",
)


def handouts(root: Path) -> dict[str, tuple[Path, ...]]:
    """Return two exercises that share the name of a function."""
    first = put(root, "first.py", HOLE.format("forward") + HOLE.format("back"))
    second = put(root, "second.py", HOLE.format("forward") + HOLE.format("train"))
    return {"first": (first,), "second": (second,)}


def test_each_exercise_is_graded_up_to_the_cell_that_completes_it(
    tmp_path: Path,
) -> None:
    put(tmp_path, "in/ann/Untitled.ipynb", notebook_text(*CELLS))
    intake = find_work([tmp_path / "in"], IDS, handouts=handouts(tmp_path))
    blocks = {w.exercise: len(w.program.blocks) for w in intake.work if w.program}

    assert blocks == {"first": 2, "second": 4}
    assert {w.file for w in intake.work} == {"Untitled.ipynb"}
    assert "its first 4 code cells were graded for second" in intake.work[1].notes[0]
    assert not intake.left


def test_file_of_an_exercise_goes_before_the_lesson(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/Untitled.ipynb", notebook_text(*CELLS))
    put(tmp_path, "in/ann/second.py", "def train(x): return 1\n")
    intake = find_work([tmp_path / "in"], IDS, handouts=handouts(tmp_path))

    assert [work.file for work in intake.work] == ["Untitled.ipynb", "second.py"]


def test_notebook_with_one_exercise_is_named_and_not_graded(tmp_path: Path) -> None:
    put(tmp_path, "in/ann/Untitled.ipynb", notebook_text(*CELLS[:2]))
    intake = find_work([tmp_path / "in"], IDS, handouts=handouts(tmp_path))

    assert [work.program for work in intake.work] == [None, None]
    assert intake.left[0].place == "Untitled.ipynb"


SCRIPT = r"""import math
def forward(x):
    return x
def back(x):
    return x
print('''
def train(x): no code \d
''')
def forward(x):
    return 2 * x

@staticmethod
def train(x):
    return forward(x)
print(train(1))
"""


def graded(tmp_path: Path, script: bytes) -> Intake:
    put(tmp_path, "in/ann/homework.py", script)
    return find_work([tmp_path / "in"], IDS, handouts=handouts(tmp_path))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_script_with_several_exercises_is_graded_up_to_each_one_s_end(
    tmp_path: Path, end: str
) -> None:
    intake = graded(tmp_path, SCRIPT.replace("\n", end).encode())
    parts = {w.exercise: w.program for w in intake.work if w.program}
    lines = {name: part.blocks[0].source.splitlines() for name, part in parts.items()}

    assert lines == {
        "first": SCRIPT.splitlines()[:5],
        "second": SCRIPT.splitlines()[:14],
    }
    assert [part.filename for part in parts.values()] == ["first.py", "second.py"]
    assert {w.file for w in intake.work} == {"homework.py"}
    assert intake.work[1].notes[0] == (
        "homework.py holds several exercises: its first 14 lines were graded for "
        "second."
    )
    assert not intake.left


@pytest.mark.parametrize(
    "script",
    [
        SCRIPT + "def",
        SCRIPT.replace("def train", "def trains"),
        "(" * 5000 + SCRIPT,
        "x = 1\n",
    ],
    ids=["broken", "one exercise", "deep", "none"],
)
def test_script_that_is_no_whole_lesson_is_named_and_not_graded(
    tmp_path: Path, script: str
) -> None:
    intake = graded(tmp_path, script.encode())

    assert [work.program for work in intake.work] == [None, None]
    assert [left.place for left in intake.left] == ["homework.py"]
