"""Reports of students who have left are removed, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from handmade import ANNA, BEN, CLASS, results

from grader.report import formats, refresh_reports, write_reports
from grader.report.kept import KEPT_FILE

if TYPE_CHECKING:
    from pathlib import Path


def pages(out: Path) -> list[str]:
    return sorted(path.name for path in (out / "students").iterdir())


def test_report_of_a_student_who_left_is_removed(tmp_path: Path) -> None:
    write_reports(CLASS, tmp_path, formats.DEFAULT, anew=True)
    write_reports(results(ANNA), tmp_path, formats.DEFAULT, anew=True)

    assert pages(tmp_path) == ["anna.md"]
    assert (tmp_path / "grades.csv").is_file()


def test_page_that_is_not_ours_or_was_changed_stays(tmp_path: Path) -> None:
    write_reports(CLASS, tmp_path, formats.DEFAULT, anew=True)
    (tmp_path / "students" / "notes.md").write_text("mine")
    (tmp_path / "students" / "ben.md").write_text("with a remark of mine")
    write_reports(results(ANNA), tmp_path, formats.DEFAULT, anew=True)

    assert pages(tmp_path) == ["anna.md", "ben.md", "notes.md"]


def test_further_formats_of_a_run_remove_nothing(tmp_path: Path) -> None:
    write_reports(CLASS, tmp_path, formats.DEFAULT, anew=True)
    write_reports(CLASS, tmp_path, ("csv",))

    assert pages(tmp_path) == ["anna.md", "ben.md"]

    write_reports(results(BEN), tmp_path, formats.DEFAULT, anew=True)
    assert pages(tmp_path) == ["ben.md"]


def test_nothing_outside_of_the_folder_is_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_reports(CLASS, out, ("csv",), anew=True)
    victim = tmp_path / "victim"
    victim.write_bytes((out / "grades.csv").read_bytes())
    note = (out / ".written.json").read_text()
    (out / ".written.json").write_text(note.replace("grades.csv", "../victim"))
    write_reports(CLASS, out, ("csv",), anew=True)

    assert victim.exists()


def test_note_that_cannot_be_read_removes_nothing(tmp_path: Path) -> None:
    write_reports(CLASS, tmp_path, formats.DEFAULT, anew=True)
    (tmp_path / ".written.json").write_text("[")
    write_reports(results(ANNA), tmp_path, formats.DEFAULT, anew=True)

    assert pages(tmp_path) == ["anna.md", "ben.md"]


def refreshed(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], list[str]]:
    """Return the formats that are rendered for a refresh, and the files written."""
    rendered: list[str] = []
    load = formats.load

    def loaded(name: str) -> formats.Format:
        rendered.append(name)
        return load(name)

    with monkeypatch.context() as patch:
        patch.setattr(formats, "load", loaded)
        paths = refresh_reports(results(ANNA), out)
    return rendered, [path.relative_to(out).as_posix() for path in paths]


def test_refresh_renders_only_the_formats_that_were_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(CLASS, tmp_path, ("csv", "excel"), anew=True)
    write_reports(CLASS, tmp_path, ("checks",))
    (tmp_path / "grades.xlsx").unlink()

    rendered, files = refreshed(tmp_path, monkeypatch)

    assert rendered == ["checks", "csv", "excel"]
    assert files == ["checks.csv", "grades.csv"]
    assert refreshed(tmp_path, monkeypatch)[1] == []

    write_reports(CLASS, tmp_path, ("csv",), anew=True)
    assert refreshed(tmp_path, monkeypatch) == (["csv"], ["grades.csv"])


@pytest.mark.parametrize("note", ['{"grades.csv": "00"}', "[", None])
def test_refresh_looks_for_all_formats_where_nobody_noted_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: str | None
) -> None:
    write_reports(CLASS, tmp_path, ("csv",), anew=True)
    (tmp_path / KEPT_FILE).unlink()
    if note:
        (tmp_path / KEPT_FILE).write_text(note)

    rendered, files = refreshed(tmp_path, monkeypatch)

    assert {"json", "csv", "html"} <= set(rendered)
    assert files == ["grades.csv"]


def test_format_whose_package_is_gone_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(CLASS, tmp_path, ("csv",), anew=True)
    note = (tmp_path / KEPT_FILE).read_text()
    (tmp_path / KEPT_FILE).write_text(note.replace('["csv"', '["badges","csv"'))

    assert refreshed(tmp_path, monkeypatch) == (["csv"], ["grades.csv"])
