"""The README is true: its commands exist, and its output is what they print."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT
from typed import typed

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.host.gate import Gate

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
COMMANDS = re.findall(r"^\$ (.*)$", "\n".join(BLOCKS), re.MULTILINE)
VERBS = sorted(set(re.findall(r"grader ([a-z]+)\b", " ".join(COMMANDS))))
CHECK = "grader check exercises/autograd/autograd.py"
CLEARING = "            w.grad.data.zero_()\n"


@pytest.mark.parametrize("verb", VERBS)
def test_command_of_the_readme_exists(verb: str) -> None:
    assert typed(verb, "--help").returncode == 0


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {words.split()[1] for words in COMMANDS if words.startswith("make ")}

    assert targets >= {"demo", "test"}
    assert all(f"\n{target}:" in makefile for target in targets)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a student's folder with the exercises, `autograd` filled in."""
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    solution = (ROOT / "solutions" / "autograd" / "solution.py").read_text()
    assert solution.count(CLEARING) == 1
    (tmp_path / "exercises" / "autograd" / "autograd.py").write_text(solution)
    return tmp_path


def shown(which: int) -> str:
    """Return what the README shows below one of its two checks."""
    outputs = [b.split("\n", 1)[1] for b in BLOCKS if b.startswith(f"$ {CHECK}\n")]
    assert len(outputs) == 2
    return outputs[which]


def test_output_of_the_failing_check_is_real(home: Path, gate: Gate) -> None:
    mine = home / "exercises" / "autograd" / "autograd.py"
    mine.write_text(mine.read_text().replace(CLEARING, ""))
    done = typed(*CHECK.split()[1:], cwd=home, gate=gate, own=True)

    assert (done.returncode, done.stdout) == (1, shown(0))


def test_output_of_the_passing_check_is_real(home: Path, gate: Gate) -> None:
    done = typed(*CHECK.split()[1:], cwd=home, gate=gate, own=True)

    assert (done.returncode, done.stdout) == (0, shown(1))


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120
