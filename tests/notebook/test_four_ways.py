"""A notebook of the class is judged alike in a kernel, a terminal, pytest and `grade`.

`expected.json` holds what grading gives. With `--slow` every notebook of the class is
tried, of equal ones one; else some that are quick, and the terminal's are judged behind
the wall that tests share, not without one.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from helpers import ROOT
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config
from typed import behind

from grader import checking, notebook
from grader.errors import StudentError
from grader.intake import read_program
from grader.judging import session
from grader.model import Limits
from grader.notebook import answering

if TYPE_CHECKING:
    from grader.checking import Checked
    from grader.model import ExerciseResult
    from grader.report.letter import ExerciseRow
    from grader.sandbox.host.gate import Gate

CLASS = ROOT / "tests" / "class"
EXPECTED = json.loads((CLASS / "expected.json").read_text(encoding="utf-8"))
# An endless loop meets its limit soon, and right work on a busy machine does not.
SOON = Limits(seconds_per_call=10, seconds_per_exercise=60)
# Whether a ReLU is dead from the start is chance, and no way has the other's.
BY_CHANCE = {("s047", "logistic_regression"): {"test_training_finds_that_7_is_class_1"}}
Work = tuple[str, str]
Outcomes = dict[str, str]


class Kernel(InteractiveShell):
    """A shell that has a front end for figures, as a kernel has."""

    def enable_gui(self, gui: str | None = None) -> None:
        del gui


class Recorder:
    """A plugin of pytest that notes which checks have passed, by exercise's folder."""

    def __init__(self) -> None:
        self.passed: dict[Path, set[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            path, _, name = report.nodeid.partition("::")
            own = self.passed.setdefault(Path(path).parent, set())
            own |= {name} if report.passed else set()


def notebooks() -> dict[Work, Path]:
    """Return the notebooks of the class that can be read, each program once."""
    found: dict[tuple[str, str], tuple[Work, Path]] = {}
    for student, by in sorted(EXPECTED.items()):
        for exercise, told in by.items():
            for path in (CLASS / "submissions" / student).rglob(f"{exercise}.ipynb"):
                digest = digest_of(path) if told["file"] == path.name else ""
                if digest:
                    found.setdefault((exercise, digest), ((student, exercise), path))
    return dict(found.values())


def digest_of(path: Path) -> str:
    try:
        return read_program(path).sha256
    except StudentError:
        return ""


def visible(work: Work) -> Outcomes:
    """Return the outcomes of the visible checks, as grading gives them."""
    student, exercise = work
    text = (ROOT / "exercises" / exercise / "test_visible.py").read_text()
    names = {n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)}
    names -= BY_CHANCE.get(work, set())
    outcomes = EXPECTED[student][exercise]["outcomes"]
    return {name: outcome for name, outcome in outcomes.items() if name in names}


def outcomes_of(result: ExerciseResult, work: Work) -> Outcomes:
    chance = BY_CHANCE.get(work, set())
    return {c.name: str(c.outcome) for c in result.checks if c.name not in chance}


def in_kernel(path: Path) -> ExerciseResult:
    """Return what `check()` finds after all cells have run, in a kernel of its own."""
    seen: list[ExerciseResult] = []
    row_of = answering.exercise_row

    def noted(result: ExerciseResult) -> ExerciseRow:
        seen.append(result)
        return row_of(result)

    main = sys.modules["__main__"]
    quiet = Config({"HistoryManager": {"enabled": False}})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path.parent)
        patch.setattr(answering, "exercise_row", noted)
        patch.setattr("grader.course.visible.Limits", lambda: SOON)
        for shells in InteractiveShell._walk_mro():  # another test's may be there
            patch.setattr(shells, "_instance", None)
        shell = Kernel.instance(config=quiet)
        try:
            for block in read_program(path).blocks:
                shell.run_cell(block.source, store_history=True)
            notebook.check()
        finally:
            Kernel.clear_instance()
            sys.modules["__main__"] = main
    return seen[0]


def in_pytest(root: Path, terminal: dict[Path, Checked]) -> dict[Path, set[str]]:
    """Return which checks pass by `pytest`, with what the terminal found of each."""

    class Told:
        def __init__(self, paths: tuple[Path, ...], _: None) -> None:
            self.paths = paths

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def check(self) -> tuple[Checked, ...]:
            return tuple(terminal[path] for path in self.paths)

    recorder = Recorder()
    words = [str(root), "-c", os.devnull, f"--rootdir={root}", "-s", "-qq", "--tb=no"]
    off = [f"-pno:{name}" for name in ("cacheprovider", "faulthandler", "xdist")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "Checking", Told)
        pytest.main([*words, *off, "--import-mode=importlib"], plugins=[recorder])
    return {root / path: names for path, names in recorder.passed.items()}


QUICK = [
    *(("s004", "autograd"), ("s017", "autograd"), ("s023", "backprop")),
    *(("s025", "autograd"), ("s029", "backprop"), ("s039", "backprop")),
]


@pytest.mark.parametrize("which", ["quick", pytest.param("", marks=pytest.mark.slow)])
def test_kernel_terminal_and_pytest_agree_with_grading(
    tmp_path: Path, which: str, capfd: pytest.CaptureFixture[str], gate: Gate
) -> None:
    found = notebooks()
    own: dict[Work, Path] = {}
    for work in QUICK if which else found:
        mine = tmp_path / work[0] / "exercises" / work[1]
        mine.mkdir(parents=True)
        shutil.copy(ROOT / "exercises" / work[1] / "test_visible.py", mine)
        own[work] = Path(shutil.copy(found[work], mine / found[work].name))
    judges = behind(gate) if which else session.open_judges
    with checking.Checking(tuple(own.values()), None, open_judges=judges) as one:
        terminal = {checked.path: checked for checked in one.check()}
    passed = in_pytest(tmp_path, terminal)
    expected = {work: visible(work) for work in own}
    by_kernel = {w: outcomes_of(in_kernel(path), w) for w, path in own.items()}
    by_terminal = {w: outcomes_of(terminal[p].result, w) for w, p in own.items()}
    by_pytest = {w: passed[p.parent] - BY_CHANCE.get(w, set()) for w, p in own.items()}
    capfd.readouterr()

    assert len(own) == len(QUICK) if which else len(own) > 40
    assert by_kernel == expected
    assert by_terminal == expected
    assert by_pytest == {
        work: {check for check, outcome in by.items() if outcome == "passed"}
        for work, by in expected.items()
    }
