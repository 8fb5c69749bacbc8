"""Reports of students who have left are removed, and nothing else is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handmade import ANNA, BEN, CLASS, results

from grader.report import formats, write_reports

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
