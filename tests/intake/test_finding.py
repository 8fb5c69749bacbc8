"""Folders become submissions: whose each is, and what is said about each file."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import pytest
from hand_ins import CALM, CODE, IDS, notebook_text, only, put
from hypothesis import example, given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.intake import find_work, reading
from grader.model import ProgramKind


def test_find_work_returns_one_work_per_student_and_exercise(tmp_path: Path) -> None:
    put(tmp_path, "zoe/autograd.py")
    put(tmp_path, "ada/deep/er/backprop.ipynb", notebook_text("x = 1"))
    put(tmp_path, "ada/autograd/autograd.py")
    (tmp_path / "bob").mkdir()
    intake = find_work([tmp_path], IDS)

    assert [(w.student, w.exercise, w.file) for w in intake.work] == [
        ("ada", "backprop", "deep/er/backprop.ipynb"),
        ("ada", "autograd", "autograd/autograd.py"),
        ("ada", "linear_regression", None),
        ("bob", "backprop", None),
        ("bob", "autograd", None),
        ("bob", "linear_regression", None),
        ("zoe", "backprop", None),
        ("zoe", "autograd", "autograd.py"),
        ("zoe", "linear_regression", None),
    ]
    assert intake.notes == ()
    assert all(work.notes == () and work.error is None for work in intake.work)
    assert "one folder per student" in intake.layout


def test_find_work_reads_the_program_and_its_digest(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd.py", CODE.replace("\n", "\r\n"))
    work = only(find_work([tmp_path], IDS))

    assert (
        work.sha256 == hashlib.sha256(CODE.replace("\n", "\r\n").encode()).hexdigest()
    )
    assert work.program is not None
    assert work.program.sha256 == work.sha256
    assert work.program.kind is ProgramKind.SCRIPT
    assert [b.source for b in work.program.blocks] == [CODE]
    assert [b.label for b in work.program.blocks] == ["autograd.py"]


def test_program_is_the_same_under_any_name_that_is_taken(tmp_path: Path) -> None:
    data = "# größer\n".encode("cp1252") + CODE.encode()
    for name in ("autograd", "autograd (1)", "autograd-7", "Kopie von autograd"):
        put(tmp_path, f"of {name}/{name}.py", data)
    works = find_work([tmp_path], ("autograd",)).work
    programs = [work.program for work in works if work.program]

    assert len(programs) == 4
    assert {program.filename for program in programs} == {"autograd.py"}
    assert len({program.digest() for program in programs}) == 1


def test_find_work_returns_the_error_of_a_file_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/autograd.py", b"\0\1\2")
    work = only(find_work([tmp_path], IDS))

    assert work.program is None
    assert "is not text" in (work.error or "")
    assert work.file == "autograd.py"
    assert work.sha256 == hashlib.sha256(b"\0\1\2").hexdigest()


def test_find_work_takes_an_empty_file_as_nothing_handed_in(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd.py", "")
    work = only(find_work([tmp_path], IDS))

    assert (work.program, work.error) == (None, None)
    assert work.file == "autograd.py"
    assert work.missing == (
        "autograd.py is empty. Save it in the editor, and hand it in again."
    )


def test_find_work_reports_a_file_that_is_too_large_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 2 * 1024 * 1024)
    put(tmp_path, "ada/autograd.py", b"#" * (2 * 1024 * 1024 + 1))
    put(tmp_path, "bob/autograd.py", b"#" * (2 * 1024 * 1024))
    ada, bob = find_work([tmp_path], ("autograd",)).work

    assert "expected at most 2 MB, got a file that is too large" in (ada.error or "")
    assert ada.program is None
    assert bob.error is None


def test_find_work_says_nothing_of_the_visible_checks(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd/test_visible.py")
    put(tmp_path, "ada/autograd/questions.json")

    assert find_work([tmp_path], IDS).notes == ()


def test_find_work_never_follows_a_link(tmp_path: Path) -> None:
    secret = put(tmp_path, "secret/autograd.py", "SECRET = 1\n")
    root = tmp_path / "submissions"
    (root / "ada").mkdir(parents=True)
    (root / "ada/autograd.py").symlink_to(secret)
    (root / "ada/linear_regression.py").symlink_to(tmp_path / "nowhere")
    (root / "ada/more").symlink_to(secret.parent)
    (root / "ada/self").symlink_to(root)
    (root / "eve").symlink_to(secret.parent)
    intake = find_work([root], IDS)
    work = only(intake)

    assert {w.student for w in intake.work} == {"ada"}
    assert all(w.program is None and w.error is None for w in intake.work)
    assert ["links are not followed" in note for note in work.notes] == [True]
    assert len(only(intake, "linear_regression").notes) == 1
    assert any("eve (a link)" in note for note in intake.notes)
    assert any("more (a link), self (a link)" in note for note in intake.notes)


def test_find_work_grades_the_file_beside_a_link_and_notes_the_link(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/autograd.py")
    (tmp_path / "ada/autograd.ipynb").symlink_to("autograd.py")
    work = only(find_work([tmp_path], IDS))

    assert work.file == "autograd.py"
    assert "autograd.ipynb: expected a file, got a link" in work.notes[0]


def test_find_work_notes_a_folder_with_the_name_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "ada/autograd.py").mkdir(parents=True)
    (tmp_path / "ada/backprop").mkdir()
    intake = find_work([tmp_path], IDS)

    assert only(intake).notes == (
        "autograd.py: expected a file, got a folder. Hand in the file itself.",
    )
    assert only(intake, "backprop").missing == (
        "backprop is a folder without backprop.py or backprop.ipynb."
    )


def test_find_work_looks_into_a_folder_with_the_name_of_the_file(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/autograd.py/autograd.py")
    work = only(find_work([tmp_path], IDS))

    assert work.file == "autograd.py/autograd.py"
    assert len(work.notes) == 1


def test_find_work_never_waits_for_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    os.mkfifo(tmp_path / "ada/autograd.py")
    work = only(find_work([tmp_path], IDS))

    assert work.file is None
    assert "got something that cannot be read" in work.notes[0]


def test_find_work_refuses_paths_without_students_all_at_once(tmp_path: Path) -> None:
    file = put(tmp_path, "file.docx")
    missing = tmp_path / "missing"
    too_long = tmp_path / ("x" * 300)

    with pytest.raises(
        UsageError, match=r"(?s)3 problems.*got a file.*found none.*File name too long"
    ):
        find_work([file, missing, too_long], IDS)
    with pytest.raises(UsageError, match="expected a folder, got none"):
        find_work([], IDS)


def test_find_work_refuses_a_folder_without_students(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    put(tmp_path, "ada/autograd.py")
    (tmp_path / "hidden/.git").mkdir(parents=True)

    with pytest.raises(
        UsageError,
        match=r"(?s)3 problems.*empty: .*nothing.*ada: .*only autograd\.py\. "
        r"Name the folder above it.*hidden: .*nothing",
    ):
        find_work([tmp_path / p for p in ("empty", "ada", "hidden")], IDS)


def test_find_work_notes_files_beside_the_students_folders(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "grades.csv")
    (note,) = find_work([tmp_path], IDS).notes

    assert "not in a student's folder, and not graded: grades.csv." in note


def test_find_work_reads_a_path_named_twice_once(tmp_path: Path) -> None:
    put(tmp_path, "class/ada/autograd.py")
    (tmp_path / "alias").symlink_to(tmp_path / "class")
    paths = [tmp_path / "class", tmp_path / "class/../class", tmp_path / "alias"]
    intake = find_work(paths, IDS)

    assert len(intake.work) == len(IDS)
    assert ["named twice, and read once" in note for note in intake.notes] == [True] * 2


def test_find_work_refuses_a_path_inside_another(tmp_path: Path) -> None:
    put(tmp_path, "ada/group/autograd.py")

    with pytest.raises(UsageError, match=r"ada: lies inside .*Name one of the two"):
        find_work([tmp_path, tmp_path / "ada"], IDS)


def test_find_work_joins_two_folders_and_refuses_a_student_in_both(
    tmp_path: Path,
) -> None:
    put(tmp_path, "one/ada/autograd.py")
    put(tmp_path, "two/bob/autograd.py")
    paths = [tmp_path / "two", tmp_path / "one"]
    students = [work.student for work in find_work(paths, ("autograd",)).work]
    put(tmp_path, "two/ada/autograd.py")

    assert students == ["ada", "bob"]
    with pytest.raises(UsageError, match=r"one/ada: .*two/ada is the same student"):
        find_work(paths, IDS)


def test_find_work_cleans_what_students_and_files_are_called(tmp_path: Path) -> None:
    put(tmp_path, "a\x1b[31mda\u202e\n\t x/sub\x07\u200b/autograd.py")
    put(tmp_path, "a\x1b[31mda\u202e\n\t x/\x1b]0;t\x07y\n.csv")
    intake = find_work([tmp_path], IDS)
    work = only(intake)

    assert work.student == "ada x"
    assert work.file == "sub/autograd.py"
    assert intake.notes == ("ada x: not an exercise, and not graded: y .csv.",)


def test_find_work_tells_apart_students_whose_clean_names_are_alike(
    tmp_path: Path,
) -> None:
    for name in ("ada", "a\u200bda", "\x07ada", "ada (2)", "\u200b", "x" * 200):
        put(tmp_path, f"{name}/autograd.py", f"name = {name!a}\n")
    put(tmp_path, "x" * 201 + "/autograd.py", "name = 'longer'\n")
    works = find_work([tmp_path], ("autograd",)).work
    sources = {w.student: w.program.blocks[0].source for w in works if w.program}

    assert sorted(sources) == sorted(
        [
            *("ada", "ada (2)", "ada (3)", "ada (4)", "unnamed"),
            *("x" * 99 + "…", "x" * 95 + "… (2)"),
        ]
    )
    assert sources["ada"] == "name = 'ada'\n"
    assert sources["ada (2)"] == "name = 'ada (2)'\n"


def test_find_work_reads_a_folder_whose_name_is_not_utf_8(tmp_path: Path) -> None:
    os.mkdir(os.fsencode(tmp_path) + b"/ad\xffa")  # noqa: PTH102 - bytes are the point
    put(tmp_path, os.fsdecode(b"ad\xffa/autograd.py"))
    (work,) = find_work([tmp_path], ("autograd",)).work

    assert work.student == "ada"
    assert work.program is not None


FILE_NAME = st.text(
    st.one_of(
        st.characters(exclude_characters="/\0", exclude_categories=["Cs"]),
        st.sampled_from("\x1b[]0;m\x07\u202e\u200b\n\t .aA\udcff"),
    ),
    min_size=1,
    max_size=40,
).filter(lambda name: name not in (".", ".."))


@CALM
@given(
    st.lists(
        st.tuples(FILE_NAME, FILE_NAME, st.sampled_from(["", ".py", ".ipynb"])),
        min_size=1,
        max_size=4,
    ),
)
@example([("ada", "autograd", ".py")])
def test_find_work_of_any_names_returns_work_that_can_be_shown(
    places: list[tuple[str, str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "ada").mkdir()
        for student, name, suffix in places:
            with contextlib.suppress(OSError):
                put(root, f"{student}/{name}{suffix}")
        intake = find_work([root], IDS)

    assert len(intake.work) % len(IDS) == 0
    students = [work.student for work in intake.work[:: len(IDS)]]
    assert students == sorted(set(students))
    told = [n for w in intake.work for n in (*w.notes, w.missing or "")]
    told += [text for left in intake.left for text in (left.place, left.said)]
    for text in (*students, *told, *intake.notes):
        assert text.removeprefix(folder).encode() is not None
        assert not set("\x1b\u202e\u200b\n\t") & set(text)
