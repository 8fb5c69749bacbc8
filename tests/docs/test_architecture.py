"""The pages about the inside name functions that exist, and few of them."""

from __future__ import annotations

import ast
import importlib
import re
import runpy
from typing import TYPE_CHECKING

import pytest
from handmade import CLASS
from helpers import ROOT
from pages import DOCS

from grader.report.options import NONE

if TYPE_CHECKING:
    from pathlib import Path

ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
SEAMS = (DOCS / "seams.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py): ([\w.]+)`", ARCHITECTURE)


def defined(path: str) -> set[str]:
    """Return what a module of ours defines; methods are `Class.method`."""
    tree = ast.parse((ROOT / "grader" / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef)
    top = [node for node in tree.body if isinstance(node, kinds)]
    inner = {
        f"{node.name}.{member.name}"
        for node in top
        if isinstance(node, ast.ClassDef)
        for member in node.body
        if isinstance(member, ast.FunctionDef)
    }
    return {node.name for node in top} | inner


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_step_of_a_journey_is_a_function(path: str, name: str) -> None:
    assert name in defined(path)


def test_journeys_have_at_most_twelve_steps() -> None:
    numbers = [int(n) for n in re.findall(r"^\| (\d+) \|", ARCHITECTURE, re.MULTILINE)]

    assert numbers == [*range(1, 13), *range(1, 13)]
    assert len(NAMED) == len(numbers)


@pytest.mark.parametrize("dotted", re.findall(r"`(grader(?:\.\w+)+)[`(]", SEAMS))
def test_seam_exists(dotted: str) -> None:
    module, _, name = dotted.rpartition(".")
    group = dotted in ("grader.formats", "grader.layouts", "grader.policies")

    assert group or hasattr(importlib.import_module(module), name)


def test_example_of_a_format_renders_a_class(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", SEAMS, re.DOTALL)
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    render = runpy.run_path(str(tmp_path / "example.py"))["render"]
    ((name, content),) = render(CLASS, NONE)

    assert name == "points.txt"
    assert len(content.splitlines()) == len(CLASS.submissions)
