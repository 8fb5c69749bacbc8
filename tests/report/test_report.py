"""Pages of all formats meet the disk."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from handmade import (
    ANNA,
    BEN,
    CLASS,
    HOSTILE,
    PROPERTY,
    results,
    submission,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import OperatorError
from grader.report import formats, write_reports
from grader.report.formats import grades_csv, markdown, results_json
from grader.report.kept import KEPT_FILE
from grader.report.letter import letter_of

if TYPE_CHECKING:
    from pathlib import Path


def test_reports_are_written_where_the_instructor_asked(tmp_path: Path) -> None:
    out = tmp_path / "reports"
    paths = write_reports(CLASS, out, formats.DEFAULT)

    assert [path.relative_to(out).as_posix() for path in paths] == [
        *("results.json", "grades.csv", "students/anna.md", "students/ben.md")
    ]
    assert results_json.parse((out / "results.json").read_bytes()) == CLASS
    assert (out / "grades.csv").read_bytes().decode() == grades_csv.table(CLASS)
    assert (out / "students" / "ben.md").read_text() == markdown.page(
        letter_of(BEN, CLASS)
    )


def test_only_the_formats_asked_for_are_written(tmp_path: Path) -> None:
    write_reports(CLASS, tmp_path, ("csv",))

    assert {path.name for path in tmp_path.iterdir()} == {"grades.csv", KEPT_FILE}


def test_report_that_cannot_be_written_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")

    with pytest.raises(OperatorError, match=r"results\.json: expected to write"):
        write_reports(CLASS, tmp_path / "reports", ("json",))


@settings(PROPERTY, max_examples=40)
@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_reports_of_hostile_names_stay_in_their_folder(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    out = tmp_path_factory.mktemp("out")
    graded = results(*(submission(name, *ANNA.exercises) for name in names))
    paths = write_reports(graded, out / "reports", ("markdown", "csv"))

    assert len(set(paths)) == len(names) + 1
    assert {path.parent for path in paths[:-1]} == {out / "reports" / "students"}
    assert all(path.resolve() == path and path.is_file() for path in paths)
    files = {path for path in out.rglob("*") if path.is_file()}
    assert files == {*paths, out / "reports" / KEPT_FILE}


def test_reports_start_without_rich() -> None:
    code = "import sys, grader.report; sys.exit('rich' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
