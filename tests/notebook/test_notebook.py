"""A check in a cell: the work in memory, in our words, and no trace left."""

from __future__ import annotations

import json
import os
import random
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from handmade import NASTY
from helpers import SMALL_VISIBLE, limit_computing
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import grader
from grader import notebook
from grader.model import Limits
from grader.notebook.answering import CellAnswer
from grader.notebook.memory import definitions
from grader.report.answer import AnswerPart, PartKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RIGHT = "def double(x): return 2 * x"
WRONG = "def double(x):\n    print('hello')\n    return 6 + x"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an exercise, which is the current one."""
    folder = tmp_path / "exercises" / "double"
    folder.mkdir(parents=True)
    (folder / "test_visible.py").write_text(SMALL_VISIBLE)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def cell(here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Return what runs a cell in a kernel in that folder, and gives its result."""
    assert here.is_dir()
    # Programs that run in a test have put a silent `check` into the package.
    monkeypatch.delitem(vars(grader), "check", raising=False)
    quiet = Config({"HistoryManager": {"enabled": False}, "colors": "nocolor"})
    shell = InteractiveShell.instance(config=quiet)
    main = sys.modules["__main__"]

    def run(text: str) -> Any:
        done = shell.run_cell(text, store_history=True)
        return done.result

    run("from grader import check")
    notebook.watch_here()  # what the import does in a new process
    yield run
    InteractiveShell.clear_instance()
    sys.modules["__main__"] = main


def test_function_is_judged_as_it_is_in_memory_now(
    cell: Callable[[str], Any],
) -> None:
    cell(WRONG)
    wrong = cell("check(double)")
    cell(RIGHT)
    right = cell("check(double)")

    assert (wrong.passed, right.passed) == (False, True)
    assert "`double` gave 9, expected 6." in repr(wrong)
    assert "\n      double(3)\n" in repr(wrong)
    assert "hidden and use other data" in " ".join(repr(right).split())


@pytest.mark.parametrize("question", ["", "'double'", "double", "course='../..'"])
def test_all_ways_to_ask_mean_the_same(
    cell: Callable[[str], Any], question: str
) -> None:
    cell(RIGHT)

    assert cell(f"check({question})").passed


def test_what_was_learnt_is_told_after_the_whole_exercise(
    cell: Callable[[str], Any], here: Path
) -> None:
    own = {"id": "double", "title": "Twice", "points": 10, "learnt": "it doubles"}
    listed = {"title": "Small", "exercises": [own]}
    (here.parent / "course.json").write_text(json.dumps(listed))
    cell(RIGHT)

    assert "it doubles" in repr(cell("check()"))
    assert "it doubles" not in repr(cell("check(double)"))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("lambda x: 2 * x, 3) == close_to(6)", ""),
        ("lambda x: next(x), iter([7])) == close_to(7)", ""),
        ("lambda x: student.call(lambda y: y + 1, x), 3) == close_to(4)", ""),
        ("lambda x: x, 3) == close_to(4)", "`call` gave 3, expected 4."),
        ("lambda x: 1 / x, 0) == 0", "could not be checked, not your fault"),
    ],
)
def test_function_of_a_check_is_called_in_a_kernel_too(
    cell: Callable[[str], Any], here: Path, asked: str, told: str
) -> None:
    checks = f'''from grader import close_to\n\n
def test_call(student):
    """call(f, x) is f(x)."""
    assert student.call({asked}
'''
    (here / "test_visible.py").write_text(checks)
    cell("def call(f, x):\n    try:\n        return f(x)\n    except ValueError: pass")
    answer = cell("check(everything=True)")

    assert answer.passed == (not told)
    assert told in repr(answer)


@pytest.mark.parametrize("rounds", [1, 9])
def test_computing_is_limited_in_a_kernel_too(
    cell: Callable[[str], Any], here: Path, rounds: int
) -> None:
    limit_computing(here)
    cell(f"def double(x):\n    for _ in range({rounds * 100}): y = 2 * x\n    return y")
    answer = cell("check(double)")

    assert answer.passed == (rounds == 1)
    assert ("goes through loops 9.0 times" in repr(answer)) == (rounds == 9)


def test_nothing_of_pytest_s_is_printed(
    cell: Callable[[str], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    cell(WRONG)
    capfd.readouterr()
    cell("answer = check(double)")

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("double = double(3)", "since cell [3]: the last one of that name was checked"),
        ("del double", "the last one of that name was checked"),
        ("for double in range(3): pass", "the last one of that name was checked"),
    ],
)
def test_name_that_was_taken_keeps_its_work(
    cell: Callable[[str], Any], spoil: str, words: str
) -> None:
    cell(RIGHT)
    cell(spoil)
    answer = cell("check('double')")
    after = cell("globals().get('double')")

    assert answer.passed
    assert words in " ".join(repr(answer).split())
    assert not callable(after)


@pytest.mark.parametrize(
    ("before", "question", "words"),
    [
        ("", "'double'", "found nothing of this name"),
        ("def duble(x): return 2 * x", "duble", "Is it `double`?"),
        ("thing = [1]", "thing", "No check is about `thing`"),
        ("", "3.5", "got a value of type float"),
        ("In = Out = _ = None\nprint = list = type = 3", "'double'", "nothing of this"),
        ("double = 3", "'double'", "a value of type int, expected a function"),
    ],
)
def test_odd_state_is_answered_in_words(
    cell: Callable[[str], Any], before: str, question: str, words: str
) -> None:
    cell(before)

    assert words in " ".join(repr(cell(f"check({question})")).split())


PROXY = """class Proxy:
    @property
    def __class__(self): raise RuntimeError('no object')
    def __getattr__(self, name): raise RuntimeError('no object')
class Meta(type):
    @property
    def __module__(cls): raise RuntimeError('no module')
class Odd(metaclass=Meta): pass
double = Proxy()
globals()[1] = 2
"""


def test_objects_that_answer_nothing_disturb_neither_cells_nor_checks(
    cell: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    cell(RIGHT)
    cell(PROXY)
    answer = cell("check('double')")

    assert "Error in callback" not in "".join(capsys.readouterr())
    assert "our fault" not in repr(answer)
    assert "the last one of that name was checked" in " ".join(repr(answer).split())


@pytest.mark.parametrize(
    "above", ["1 / 0", "import no_such_library", "raise SystemExit"]
)
def test_cell_that_stopped_above_a_function_is_told(
    cell: Callable[[str], Any], above: str
) -> None:
    cell(f"{above}\n{RIGHT}")
    said = " ".join(repr(cell("check('double')")).split())

    assert "its cell ran, and stopped before it: see the error below" in said


@pytest.mark.parametrize("spoilt", ["raise RuntimeError('only once')", "import nope_x"])
def test_checks_that_cannot_be_loaded_say_to_restart(
    cell: Callable[[str], Any], here: Path, spoilt: str
) -> None:
    (here / "test_visible.py").write_text(f"{spoilt}\n{SMALL_VISIBLE}")
    cell(RIGHT)
    said = " ".join(repr(cell("check()")).split())

    assert said.startswith("The checks cannot be loaded in this kernel: ")
    assert "only once" in said or "nope_x" in said
    assert "Restart the kernel" in said
    assert "test_visible.py:1" not in said


def test_checks_that_are_not_here_are_asked_for(
    cell: Callable[[str], Any], here: Path
) -> None:
    (here / "test_visible.py").unlink()
    (here.parents[1] / "exercises").rename(here.parents[1] / "elsewhere")

    assert "Download the whole folder" in " ".join(repr(cell("check()")).split())


LITTERS = """
import os, random, sys, warnings
import numpy as np
import torch
def double(x):
    random.seed(1); np.random.seed(1); torch.manual_seed(1)
    torch.set_grad_enabled(False); torch.set_default_dtype(torch.float64)
    os.chdir("/"); os.environ["LITTER"] = "1"; warnings.simplefilter("error")
    sys.path.append("litter"); sys.stderr = sys.stdout = None
    raise ValueError("litter")
"""


def state() -> tuple[object, ...]:
    return (
        random.getstate(),
        repr(np.random.mtrand._rand.get_state()),
        torch.get_rng_state().sum().item(),
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        Path.cwd(),
        dict(os.environ),
        list(warnings.filters),
        list(sys.path),
        torch.autograd.backward,
        [name for name in sys.modules if "test_visible" in name],
        getattr(sys, "last_value", None),
    )


def test_no_trace_is_left(cell: Callable[[str], Any]) -> None:
    cell(LITTERS)
    before = state()
    answer = cell("check(double)")

    assert "ValueError: litter" in repr(answer)
    assert state() == before


def test_endless_call_is_interrupted_and_the_kernel_goes_on(
    cell: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = Limits(seconds_per_call=0.1)
    monkeypatch.setattr("grader.course.visible.Limits", lambda: soon)
    cell("import time\ndef double(x):\n    while True:\n        time.sleep(0.001)")
    answer = cell("check(double)")

    assert "took too long" in repr(answer)
    assert cell("1 + 1") == 2


def saved(path: Path, *cells: str, at_s: float) -> None:
    document = {
        "cells": [
            {"cell_type": "code", "source": text, "metadata": {}, "outputs": []}
            for text in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(document))
    os.utime(path, (at_s, at_s))


@pytest.mark.parametrize(("at_s", "warned"), [(4e9, True), (1.0, False)])
def test_cell_that_was_changed_and_not_run_is_told(
    cell: Callable[[str], Any], here: Path, at_s: float, *, warned: bool
) -> None:
    cell(WRONG)
    saved(here / "double.ipynb", RIGHT, at_s=at_s)
    answer = repr(cell("check(double)"))

    assert ("has been changed since it ran" in answer) == warned


@pytest.mark.parametrize(
    "body", [f"return 0x{'f' * 4000}", f"return x{'.a' * 2000}"], ids=["large", "deep"]
)
def test_definition_that_python_does_not_write_out_is_told_apart(body: str) -> None:
    before, after = (f"def f(x):\n    {text}" for text in (body, f"{body}0"))

    assert definitions(before) == definitions(f"\n{before}  # as it was")
    assert definitions(before) != definitions(after)


def test_cell_that_was_never_run_is_named(
    cell: Callable[[str], Any], here: Path
) -> None:
    saved(here / "double.ipynb", RIGHT, at_s=1.0)

    assert "its cell has not run" in " ".join(repr(cell("check()")).split())


def test_magics_check_a_name_and_run_a_cell(
    cell: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    cell("%load_ext grader")
    line = cell("%check double")
    cell(f"%%check double\n{RIGHT}")

    assert not line.passed
    assert "1 of 1 checks passed" in capsys.readouterr().out
    assert "expected one name" in repr(cell("%check a b"))


@pytest.mark.parametrize("text", NASTY)
def test_answer_escapes_whatever_it_is_told(text: str) -> None:
    answer = CellAnswer(
        tuple(AnswerPart(kind, text) for kind in PartKind), passed=False
    )
    shown = answer._repr_html_()

    assert "<script" not in shown
    assert "<img" not in shown
    assert "\x1b" not in shown


def test_fault_of_ours_is_an_answer_too(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.is_dir()
    monkeypatch.setattr(notebook, "answer_for", lambda _: 1 / 0)

    assert "our fault" in repr(notebook.check())
