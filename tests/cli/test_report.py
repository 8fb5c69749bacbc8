"""`grader report`: formats of a run that has ended, without running anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from handmade import CLASS

from grader.cli import cli
from grader.errors import GraderError
from grader.report import write_reports

if TYPE_CHECKING:
    from pathlib import Path


def report(*words: object) -> str:
    """Return what the command says."""
    done = CliRunner().invoke(cli, ["report", *map(str, words)])
    if isinstance(done.exception, GraderError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """Return the folder of a run that wrote nothing but its results."""
    write_reports(CLASS, tmp_path / "reports", ("json",))
    return tmp_path / "reports"


def test_formats_are_rendered_from_the_results_alone(
    graded: Path, tmp_path: Path
) -> None:
    said = report(graded, "--format", "csv,markdown")
    wanted = tmp_path / "wanted"
    write_reports(CLASS, wanted, ("csv", "markdown"))
    found = {path.relative_to(graded): path for path in graded.rglob("*.*")}

    assert f"written to {graded}" in said
    for path in wanted.rglob("[!.]*.*"):
        assert found[path.relative_to(wanted)].read_bytes() == path.read_bytes()


def test_files_are_named_where_they_are_few(graded: Path) -> None:
    said = report(graded, "--format", "csv,excel")

    assert f"2 files written to {graded}/: grades.csv, grades.xlsx\n" in said


def test_page_to_open_is_told_where_there_is_one(graded: Path) -> None:
    said = report(graded, "--format", "html")

    assert f"open this page in a browser: {graded}/html/class/index.html\n" in said
    assert "page.css" not in said


def test_reports_go_elsewhere_where_asked(graded: Path, tmp_path: Path) -> None:
    report(graded, "--format", "csv", "--out", tmp_path / "other")

    assert (tmp_path / "other" / "grades.csv").is_file()
    assert not (graded / "grades.csv").exists()


def test_folder_without_results_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"results\.json: no results can be read"):
        report(tmp_path, "--format", "csv")


def test_results_that_do_not_read_are_told_by_name(graded: Path) -> None:
    (graded / "results.json").write_text("{")
    with pytest.raises(GraderError, match=r"reports/results\.json: expected results"):
        report(graded, "--format", "csv")


def test_unknown_format_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="Did you mean `csv`"):
        report(tmp_path, "--format", "csw")
