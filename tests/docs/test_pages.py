"""The pages are true: what they show was printed, and what they name exists."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from helpers import ROOT
from pages import (
    CHECKS,
    GUIDES,
    PAGES,
    Command,
    File,
    comparable,
    followed,
    prepared,
    printed,
    steps,
    write,
)

from grader.cli.commands import COMMANDS, load

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.host.gate import Gate

COURSE = """\
title = "Examples"
exercises = ["example"]
preload = ["torch"]
exercise.example = {{title = "An example", points = {points}}}
"""
IMPORTS = """\
import pytest
import torch

from grader import about, all_or_nothing, close_to, depends_on, parts, points
from grader import gradcheck, raises, same_up_to, score, within


"""
NAMED = re.compile(r"(?:`|^\$ | {4})grader ([a-z]+\b[^`\n]*)", re.MULTILINE)
MADE = re.compile(r"(?:`|^\$ )make ([a-z]+)\b", re.MULTILINE)


@pytest.fixture(scope="module")
def runs(
    tmp_path_factory: pytest.TempPathFactory, gate: Gate
) -> dict[Path, list[tuple[Command, str]]]:
    """Return what the commands of each guide print.

    They are followed one after the other, in one folder: the instructors' page grades
    with the course of the authors' page.
    """
    folder = prepared(tmp_path_factory.mktemp("guides"))
    return {page: followed(page, folder, gate) for page in GUIDES}


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_guide_shows_what_is_printed(
    page: Path, runs: dict[Path, list[tuple[Command, str]]]
) -> None:
    assert runs[page]
    for command, output in runs[page]:
        assert comparable(output) == comparable(command.output), command.line


def test_examples_of_checks_pass(tmp_path: Path, gate: Gate) -> None:
    """They are the hidden checks of an exercise whose solution the page shows."""
    text = CHECKS.read_text(encoding="utf-8")
    (solution,) = (step for step in steps(CHECKS) if isinstance(step, File))
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    checks = [block for block in blocks if "\ndef test_" in f"\n{block}"]
    points = sum(map(int, re.findall(r"@points\((\d+)\)", "".join(checks))))
    points += 1  # the check that is parametrized counts twice
    for path, content in {
        "solutions/course.toml": COURSE.format(points=points),
        solution.path: solution.content,
        "solutions/example/test_visible.py": "def test_v(student):\n    'A title.'\n",
        "solutions/example/test_hidden.py": IMPORTS + "\n\n".join(checks),
        "submissions/one/example.py": solution.content,
    }.items():
        write(File(path, content), tmp_path)
    command = "grader grade submissions --out reports --format json"
    printed(Command(command, ""), tmp_path, gate)
    results = json.loads((tmp_path / "reports" / "results.json").read_text())
    (exercise,) = results["submissions"][0]["exercises"]

    assert len(checks) > 5
    assert len(exercise["checks"]) > len(checks)
    assert {c["name"] for c in exercise["checks"] if c["outcome"] != "passed"} == set()


def options(*verbs: str) -> set[str]:
    """Return every option of these commands, and those that all have."""
    return {"--help", "--version"} | {
        option
        for verb in verbs
        for parameter in load(verb).params
        for option in (*parameter.opts, *parameter.secondary_opts)
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_of_a_page_exist(page: Path) -> None:
    for command in NAMED.findall(page.read_text(encoding="utf-8")):
        verb, *words = command.split()

        assert verb in COMMANDS, command
        assert {w for w in words if w.startswith("--")} <= options(verb), command


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_options_of_a_guide_exist(page: Path) -> None:
    named = set(re.findall(r"`(--[a-z-]+)", page.read_text(encoding="utf-8")))

    assert named <= options(*COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_of_a_page_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    for target in MADE.findall(page.read_text(encoding="utf-8")):
        assert f"\n{target}:" in makefile, target
