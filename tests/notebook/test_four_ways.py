"""A notebook of the class is judged alike in a kernel, in a terminal and by `grade`.

`expected.json` holds what grading gives. `pytest exercises/` takes the same way as the
terminal (`tests/test_pytest_plugin.py`).
"""

from __future__ import annotations

import ast
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from grader import notebook
from grader.checking import Checking
from grader.intake import read_program
from grader.notebook import answering

if TYPE_CHECKING:
    from grader.model import ExerciseResult
    from grader.report.letter import ExerciseRow

CLASS = ROOT / "tests" / "class"
EXPECTED = json.loads((CLASS / "expected.json").read_text(encoding="utf-8"))
KERNEL = [
    ("s039", "backprop"),
    ("s039", "autograd"),
    ("s004", "autograd"),
    ("s023", "backprop"),
]
TERMINAL = KERNEL[1:3]


def visible(student: str, exercise: str) -> dict[str, str]:
    """Return the outcomes of the visible checks, as grading gives them."""
    text = (ROOT / "exercises" / exercise / "test_visible.py").read_text()
    names = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    outcomes = EXPECTED[student][exercise]["outcomes"]
    return {name: outcome for name, outcome in outcomes.items() if name in names}


def place(folder: Path, student: str, exercise: str) -> Path:
    """Return a notebook of the class in the folder of its exercise."""
    (source,) = (CLASS / "submissions" / student).rglob(f"{exercise}.ipynb")
    mine = folder / student / "exercises" / exercise
    mine.mkdir(parents=True)
    checks = ROOT / "exercises" / exercise / "test_visible.py"
    shutil.copy(checks, mine / "test_visible.py")
    return Path(shutil.copy(source, mine / source.name))


@pytest.mark.parametrize(("student", "exercise"), KERNEL)
def test_kernel_agrees_with_grading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, student: str, exercise: str
) -> None:
    mine = place(tmp_path, student, exercise)
    monkeypatch.chdir(mine.parent)
    seen: list[ExerciseResult] = []
    row_of = answering.exercise_row

    def noted(result: ExerciseResult) -> ExerciseRow:
        seen.append(result)
        return row_of(result)

    monkeypatch.setattr(answering, "exercise_row", noted)
    main = sys.modules["__main__"]
    shell = InteractiveShell.instance(
        config=Config({"HistoryManager": {"enabled": False}})
    )
    try:
        for block in read_program(mine).blocks:
            shell.run_cell(block.source, store_history=True)
        notebook.check()
    finally:
        InteractiveShell.clear_instance()
        sys.modules["__main__"] = main
    found = {check.name: str(check.outcome) for check in seen[0].checks}

    assert found == visible(student, exercise)


def test_terminal_agrees_with_grading(tmp_path: Path) -> None:
    paths = tuple(place(tmp_path, *work) for work in TERMINAL)
    with Checking(paths, None) as checking:
        checked = checking.check()
    found = [{c.name: str(c.outcome) for c in one.result.checks} for one in checked]

    assert found == [visible(*work) for work in TERMINAL]
