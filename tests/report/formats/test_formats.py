"""Formats are found by name, ours and those of others."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from handmade import CLASS
from helpers import ROOT

from grader.errors import OperatorError, UsageError
from grader.report import formats, write_reports

if TYPE_CHECKING:
    from pathlib import Path

THEIRS = """\
def render(results, options):
    return [("badges/course.txt", results.course.encode())]
"""


@pytest.fixture
def theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another package is there, with a format, a broken one, and a name of ours."""
    package = tmp_path / "packages"
    told = package / "their_package-1.0.dist-info"
    told.mkdir(parents=True)
    (package / "their_package.py").write_text(THEIRS)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: their_package\n")
    (told / "entry_points.txt").write_text(
        f"[{formats.GROUP}]\nbadges = their_package:render\n"
        "broken = their_package:missing\njson = their_package:render\n"
    )
    monkeypatch.syspath_prepend(package)


def test_formats_are_read_from_a_list() -> None:
    assert formats.named("json, csv,json") == ("json", "csv")
    assert formats.named(",".join(formats.DEFAULT)) == ("json", "csv", "markdown")


@pytest.mark.parametrize(
    ("text", "said"), [("markdwon", "Did you mean `markdown`"), (" ,", "at least one")]
)
def test_unknown_format_names_the_nearest(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        formats.named(text)


@pytest.mark.usefixtures("theirs")
def test_format_of_another_package_is_written_like_ours(tmp_path: Path) -> None:
    write_reports(CLASS, tmp_path, formats.named("badges"))

    assert (tmp_path / "badges" / "course.txt").read_text() == CLASS.course


@pytest.mark.usefixtures("theirs")
def test_nobody_takes_the_name_of_a_format_of_ours() -> None:
    assert formats.load("json").__module__ == "grader.report.formats.results_json"


@pytest.mark.usefixtures("theirs")
def test_broken_format_is_told_before_anything_is_graded() -> None:
    with pytest.raises(OperatorError, match="--format broken: expected the function"):
        formats.named("json,broken")


def test_the_package_declares_the_same_formats() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["entry-points"][formats.GROUP]

    assert declared == formats.OURS
    assert set(formats.DEFAULT) <= set(formats.OURS)
    assert all(callable(formats.load(name)) for name in declared)
