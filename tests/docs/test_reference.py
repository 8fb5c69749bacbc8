"""What the pages take from the code is there, whole, and the site builds with it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest
from helpers import ROOT
from pages import DOCS, PAGES

import grader
from grader.cli.commands import COMMANDS
from grader.course.loading import CourseTable
from grader.judging.checks.draws import Draw
from grader.judging.checks.student import Remote
from grader.model import Outcome

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def reference(pytestconfig: pytest.Config) -> ModuleType:
    """Return the script that fills in the pages."""
    # This suite knows only its own marks, not those of checks.
    for mark in (
        "points",
        "depends_on",
        "visibility",
        "about",
        "within",
        "all_or_nothing",
    ):
        pytestconfig.addinivalue_line("markers", f"{mark}: a mark of checks")
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(reference: ModuleType, name: str) -> str:
    filled: str = reference.on_page_markdown((DOCS / name).read_text(encoding="utf-8"))
    return filled


def test_every_mark_is_filled_in_and_every_piece_used(reference: ModuleType) -> None:
    texts = [path.read_text(encoding="utf-8") for path in PAGES]
    marks = [mark for text in texts for mark in reference.MARK.findall(text)]

    assert set(marks) == set(reference.PIECES)
    assert sum(f"\n{t}".count("\n<!-- from the code") for t in texts) == len(marks)


def test_all_that_grader_exports_is_explained(reference: ModuleType) -> None:
    text = page(reference, "checks.md")
    students = {"check", "load_ipython_extension"}
    functions = {n for n in grader.__all__ if n[0].islower()} - students

    assert {n for n in functions if not re.search(rf"`@?{n}\(", text)} == set()


@pytest.mark.parametrize(("name", "kind"), [("draw", Draw), ("model", Remote)])
def test_every_public_method_is_explained(
    reference: ModuleType, name: str, kind: type
) -> None:
    text = page(reference, "checks.md")
    methods = {method for method in vars(kind) if not method.startswith("_")}

    assert len(methods) > 3
    assert {m for m in methods if f"`{name}.{m}" not in text} == set()


def test_every_key_of_the_course_file_is_explained(reference: ModuleType) -> None:
    text = page(reference, "course-toml.md")
    schema = msgspec.json.schema(CourseTable)["$defs"].values()
    keys = {key for entry in schema for key in entry["properties"]}

    assert {key for key in keys if f"| `{key}` |" not in text} == set()


def test_every_outcome_is_explained() -> None:
    text = (DOCS / "results.md").read_text(encoding="utf-8")

    assert {o for o in Outcome if f"| `{o}` |" not in text} == set()


def test_every_command_is_shown(reference: ModuleType) -> None:
    text = page(reference, "commands.md")

    assert {c for c in COMMANDS if f"Usage: grader {c} " not in text} == set()


def test_every_decision_is_listed(reference: ModuleType) -> None:
    text = page(reference, "decisions/index.md")
    names = {path.name for path in (DOCS / "decisions").glob("0*.md")}

    assert {name for name in names if f"]({name})" not in text} == set()


@pytest.mark.parametrize(
    "sentence",
    [
        "Commit <commit> of <at> UTC was graded.",
        "<place> was graded, not <place>: <reason>.",
        "In time: extended until <due> <because>.",
        "Nobody can run code in a picture: hand in {wanted}.",
    ],
)
def test_what_a_report_says_of_files_and_dates_is_among_the_messages(
    reference: ModuleType, sentence: str
) -> None:
    text = page(reference, "messages.md")

    assert f"\n{sentence}\n" in text
    assert "How files begin that stand for others" not in text


def test_site_builds_without_a_warning_and_needs_no_network(tmp_path: Path) -> None:
    built = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(built)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    pages = {path: path.read_text(encoding="utf-8") for path in built.rglob("*.html")}
    loaded = [
        address
        for text in pages.values()
        for address in re.findall(
            r"<(?:script|link|img)[^>]*?(?:src|href)=\"(.*?)\"", text
        )
        if address.startswith(("http:", "https:", "//"))
    ]

    assert done.returncode == 0, done.stderr
    assert len(pages) > len(PAGES) - 3
    assert loaded == []
