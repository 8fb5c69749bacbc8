"""A pile of files becomes submissions; scripts and notebooks become programs."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.errors import StudentError, UsageError
from grader.intake import Intake, find_work, read_program, reading, walking
from grader.intake.naming import distinct_names, match, nearest
from grader.intake.reading import program_of
from grader.model import ProgramKind, Work

# The same examples every time, and no deadline: the machine may be busy.
CALM = settings(derandomize=True, deadline=None)
IDS = ("backprop", "autograd", "linear_regression")
CODE = "def forward(w, x):\n    return w * x\n"


def put(root: Path, place: str, content: str | bytes = CODE, at: int = 1000) -> Path:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, ns=(at * 10**9, at * 10**9))
    return path


def only(intake: Intake, exercise: str = "autograd") -> Work:
    (work,) = [work for work in intake.work if work.exercise == exercise]
    return work


def notebook(*sources: object, **more: object) -> str:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
        for source in sources
    ]
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more
    )


def cells_of(text: str | bytes) -> list[tuple[str, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(b.label, b.source) for b in program_of("a.ipynb", data).blocks]


# Finding


def test_find_work_returns_one_work_per_student_and_exercise(tmp_path: Path) -> None:
    put(tmp_path, "zoe/autograd.py")
    put(tmp_path, "ada/deep/er/backprop.ipynb", notebook("x = 1"))
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
    assert work.notes == ("autograd.py is empty.",)


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


@pytest.mark.parametrize(
    "name", [".git", "__pycache__", ".ipynb_checkpoints", "__MACOSX"]
)
def test_find_work_skips_folders_that_tools_make(tmp_path: Path, name: str) -> None:
    put(tmp_path, f"ada/{name}/autograd.py", at=9000)
    put(tmp_path, f"{name}/autograd.py")
    put(tmp_path, "ada/._autograd.py", b"\0", at=9000)
    put(tmp_path, "ada/.DS_Store", b"\0")
    intake = find_work([tmp_path], IDS)

    assert {work.student for work in intake.work} == {"ada"}
    assert all(work.file is None for work in intake.work)
    assert intake.notes == ()


def test_find_work_says_nothing_of_the_visible_checks(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd/test_visible.py")

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
    assert only(intake, "backprop").notes == (
        "backprop is a folder without backprop.py or backprop.ipynb.",
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


@pytest.mark.parametrize(
    "name",
    [
        "Autograd.py",
        "AUTOGRAD.PY",
        "autograd (1).py",
        "autograd(2).py",
        "autograd-1.ipynb",
        "autograd 2.py",
        "autograd copy.py",
        "autograd - Copy.py",
        "autograd - Copy (2).py",
        "autograd_copy.py",
        "Copy of autograd.ipynb",
        "Copy of Copy of Autograd (3)-1.ipynb",
    ],
)
def test_find_work_sees_through_upper_case_and_the_marks_of_a_copy(
    tmp_path: Path, name: str
) -> None:
    put(tmp_path, f"ada/{name}", notebook("x = 1"))
    work = only(find_work([tmp_path], IDS))
    suffix = Path(name).suffix.lower()

    assert work.file == name
    assert work.program is not None
    assert work.notes == (f"{name} was taken for autograd{suffix}.",)


@pytest.mark.parametrize(
    "name", ["autograd.txt", "autograd.py.bak", "autograd", "my_autograd.py", "(1).py"]
)
def test_match_is_none_for_another_name(name: str) -> None:
    assert match(name, IDS) is None


def test_match_prefers_the_exercise_that_has_the_name_itself() -> None:
    ids = ("part-1", "part")

    assert [m.exercise for m in [match("part-1.py", ids)] if m] == ["part-1"]
    assert [m.exercise for m in [match("part-2.py", ids)] if m] == ["part"]


@pytest.mark.parametrize("newer", ["autograd.py", "autograd.ipynb"])
def test_find_work_grades_the_newer_of_two_files_and_says_why(
    tmp_path: Path, newer: str
) -> None:
    (older,) = {"autograd.py", "autograd.ipynb"} - {newer}
    put(tmp_path, f"ada/{older}", notebook("x = 1"), at=1000)
    put(tmp_path, f"ada/{newer}", notebook("x = 1"), at=2000)
    work = only(find_work([tmp_path], IDS))

    assert work.file == newer
    assert work.notes == (f"{newer} was graded, not {older}: it was saved last.",)


def test_find_work_takes_the_longer_path_of_two_files_of_the_same_time(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "ada/autograd.ipynb", notebook("x = 1"))
    put(tmp_path, "bob/a/autograd.py")
    put(tmp_path, "bob/b/autograd.py")
    ada, bob = find_work([tmp_path], ("autograd",)).work

    assert ada.file == "autograd.ipynb"
    assert "saved at the same time, and its path is the longer one" in ada.notes[0]
    assert bob.file == "b/autograd.py"
    assert "saved at the same time, and its path is the last" in bob.notes[0]


def test_find_work_grades_no_empty_file_when_another_is_not(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd.py", at=1000)
    put(tmp_path, "ada/autograd.ipynb", "", at=2000)
    work = only(find_work([tmp_path], IDS))

    assert work.file == "autograd.py"
    assert work.notes == (
        "autograd.py was graded, not autograd.ipynb: the other is empty.",
    )


@pytest.mark.parametrize(
    "name", ["autogard.py", "autograd_v2.ipynb", "autograd.py.txt"]
)
def test_find_work_names_the_exercise_that_a_wrong_name_is_near_to(
    tmp_path: Path, name: str
) -> None:
    put(tmp_path, f"ada/{name}")
    intake = find_work([tmp_path], IDS)
    (note,) = only(intake).notes

    assert note == (
        f"{name} was not graded: expected autograd.py or autograd.ipynb. "
        f"Rename it if it is meant."
    )
    assert intake.notes == ()


def test_find_work_names_other_files_once_per_student(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "ada/autogard.py")
    put(tmp_path, "ada/data/x.csv")
    intake = find_work([tmp_path], IDS)

    assert intake.notes == (
        "ada: not an exercise, and not graded: autogard.py, data/x.csv.",
    )
    assert only(intake).notes == ()


def test_find_work_names_at_most_ten_of_many_files(tmp_path: Path) -> None:
    for number in range(25):
        put(tmp_path, f"ada/{number:02}.csv", "x")
        put(tmp_path, f"ada/autograd ({number}).py", "x", at=number)
    intake = find_work([tmp_path], IDS)

    assert intake.notes[0].endswith("09.csv and 15 more.")
    assert len(only(intake).notes) == 11


def test_find_work_stops_at_a_cap_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "MAX_ENTRIES", 5)
    for number in range(7):
        put(tmp_path, f"ada/deep/{number}.csv")
    put(tmp_path, "ada/autograd.py")
    intake = find_work([tmp_path], IDS)

    assert only(intake).program is not None
    assert any("not all of them were looked at" in note for note in intake.notes)


def test_find_work_survives_folders_deeper_than_a_path_can_name(
    tmp_path: Path,
) -> None:
    put(tmp_path, "ada/autograd.py")
    folder = os.open(tmp_path / "ada", os.O_RDONLY)
    for _ in range(40):
        os.mkdir("d" * 200, dir_fd=folder)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    intake = find_work([tmp_path], IDS)

    assert only(intake).program is not None
    assert "d" * 100 in intake.notes[0]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "no"), r"ada/sub: .*permission denied"),
        (OSError(5, "broken disk"), None),
    ],
)
def test_find_work_says_when_a_folder_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, told: str | None
) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "ada/sub/backprop.py")
    scandir = os.scandir

    def refuse(folder: Path) -> Any:
        if folder.name == "sub":
            raise error
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)

    if told:
        with pytest.raises(UsageError, match=told):
            find_work([tmp_path], IDS)
    else:
        intake = find_work([tmp_path], IDS)
        assert only(intake).program is not None
        assert "not all of them were looked at" in intake.notes[0]


# The paths


def test_find_work_refuses_paths_without_students_all_at_once(tmp_path: Path) -> None:
    file = put(tmp_path, "file.txt")
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


# Hostile names


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
@given(st.lists(FILE_NAME, min_size=1, max_size=6, unique=True))
def test_distinct_names_of_any_names_are_plain_short_and_differ(
    raw: list[str],
) -> None:
    names = distinct_names(raw)

    assert len(set(names)) == len(raw)
    assert all(0 < len(name) <= 100 for name in names)
    assert all(name.isprintable() for name in names if name.isascii())
    assert all("\u202e" not in n and "\u200b" not in n for n in names)
    assert distinct_names(raw[::-1]) == names[::-1]
    for name in names:
        name.encode()


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
    for text in (*students, *(n for w in intake.work for n in w.notes), *intake.notes):
        assert text.removeprefix(folder).encode()
        assert not set("\x1b\u202e\u200b\n\t") & set(text)


@CALM
@given(st.text(max_size=300))
def test_nearest_of_any_name_is_an_exercise_or_none(name: str) -> None:
    assert nearest(name, IDS) in (*IDS, None)


# Reading scripts


@pytest.mark.parametrize(
    "data",
    [
        "π = 'é'\n".encode(),
        codecs.BOM_UTF8 + "π = 'é'\n".encode(),
        "\ufeffπ = 'é'\n".encode("utf-16-le"),
        "\ufeffπ = 'é'\n".encode("utf-16-be"),
        "π = 'é'\r\n".encode(),
        "π = 'é'\r".encode(),
    ],
)
def test_read_program_reads_unicode_as_editors_save_it(
    tmp_path: Path, data: bytes
) -> None:
    program = read_program(put(tmp_path, "autograd.py", data))

    assert [block.source for block in program.blocks] == ["π = 'é'\n"]


def test_read_program_honours_a_coding_comment(tmp_path: Path) -> None:
    text = "# -*- coding: latin-1 -*-\nx = 'é'\n"
    program = read_program(put(tmp_path, "autograd.py", text.encode("latin-1")))

    assert program.blocks[0].source == text


@pytest.mark.parametrize("data", [b" ", b"\n\n", b"# only a comment\n"])
def test_read_program_takes_a_file_of_blanks_or_comments(
    tmp_path: Path, data: bytes
) -> None:
    program = read_program(put(tmp_path, "autograd.py", data))

    assert [block.source for block in program.blocks] == [data.decode()]


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
@pytest.mark.parametrize("data", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_read_program_refuses_an_empty_file(
    tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(StudentError, match=rf"\A{name} is empty"):
        read_program(put(tmp_path, name, data))


@pytest.mark.parametrize("name", ["a.py", "a.ipynb"])
@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\0\n",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"x = '\xe9'\n",
        b"# fine\n# fine\nx = '\xff'\n",
        codecs.BOM_UTF16_LE + b"x",
        codecs.BOM_UTF32_LE + "x = 1".encode("utf-32-le"),
    ],
)
def test_read_program_refuses_what_is_not_text(
    tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(StudentError, match=r"is not text|is not JSON"):
        read_program(put(tmp_path, name, data))


@pytest.mark.parametrize(
    "coding",
    ["no-such-thing", "punycode", "idna", "unicode_escape", "undefined", "hex"],
)
def test_read_program_refuses_an_encoding_that_is_none(
    tmp_path: Path, coding: str
) -> None:
    path = put(tmp_path, "a.py", f"# coding: {coding}\nx = '\\d'\n")

    with pytest.raises(StudentError, match=r"\Aa\.py: expected (an encoding|text)"):
        read_program(path)


def test_read_program_names_a_wrong_coding_comment_in_the_second_line(
    tmp_path: Path,
) -> None:
    path = put(tmp_path, "a.py", "# autograd\n# coding: part 4\n")

    with pytest.raises(StudentError, match="Remove that comment"):
        read_program(path)


def test_read_program_refuses_a_nul_that_an_encoding_hides(tmp_path: Path) -> None:
    with pytest.raises(StudentError, match="is not text"):
        read_program(put(tmp_path, "a.py", b"# coding: utf-7\nx = '+AAA-'\n"))


def test_read_program_replaces_half_a_character(tmp_path: Path) -> None:
    program = read_program(put(tmp_path, "a.py", b"# coding: utf-7\nx = '+2AA-'\n"))

    assert program.blocks[0].source == "# coding: utf-7\nx = '\ufffd'\n"


def test_read_program_refuses_a_path_that_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "autograd.py").mkdir()

    with pytest.raises(UsageError, match="expected a file, got another thing"):
        read_program(tmp_path / "autograd.py")
    with pytest.raises(UsageError, match="No such file"):
        read_program(tmp_path / "missing.py")
    with pytest.raises(UsageError, match="File name too long"):
        read_program(tmp_path / ("x" * 300))


def test_read_program_refuses_another_kind_of_file(tmp_path: Path) -> None:
    with pytest.raises(StudentError, match=r"ends in \.py or \.ipynb"):
        read_program(put(tmp_path, "autograd.txt"))


def test_read_program_cleans_the_name_of_the_file(tmp_path: Path) -> None:
    program = read_program(put(tmp_path, "a\x1b[31m\n\u202eb.PY"))

    assert program.filename == "a b.PY"
    assert program.blocks[0].label == "a b.PY"


# Reading notebooks


def test_read_program_makes_one_block_of_each_code_cell(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 2,
            "metadata": {},
            "cells": [
                {"cell_type": "markdown", "source": "# Title", "outputs": [1]},
                {"cell_type": "code", "source": ["import torch\n", "x = 1"]},
                {"cell_type": "raw", "source": "raw"},
                {"cell_type": "code", "source": ""},
                {"cell_type": "code", "source": "%matplotlib inline\r\ny = 2\n"},
            ],
        }
    )
    program = read_program(put(tmp_path, "autograd.ipynb", text))

    assert program.kind is ProgramKind.NOTEBOOK
    assert program.filename == "autograd.ipynb"
    assert program.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert [(b.label, b.source) for b in program.blocks] == [
        ("cell 1", "import torch\nx = 1"),
        ("cell 2", ""),
        ("cell 3", "%matplotlib inline\ny = 2\n"),
    ]


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4, 5, 99, None, "x"])
def test_read_program_reads_every_minor_version(minor: object) -> None:
    assert cells_of(notebook("x", nbformat_minor=minor)) == [("cell 1", "x")]


def test_read_program_reads_what_nbformat_reads() -> None:
    cells = [
        nbformat.v4.new_code_cell("a = 1\nb = 2\n"),
        nbformat.v4.new_markdown_cell("text"),
        nbformat.v4.new_code_cell("def f():\n    return 'é'"),
    ]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    older = nbformat.v4.downgrade(nbformat.reads(text, as_version=4))
    expected = [("cell 1", cells[0]["source"]), ("cell 2", cells[2]["source"])]

    assert cells_of(text) == expected
    assert cells_of(json.dumps(older)) == expected


def test_read_program_numbers_the_cells_of_all_worksheets() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": ["a\n", "b"]}]}
    text = json.dumps({"nbformat": 3, "worksheets": [sheet, None, {}, sheet]})

    assert cells_of(text) == [("cell 1", "a\nb"), ("cell 2", "a\nb")]


@pytest.mark.parametrize(
    ("source", "read"),
    [
        (None, ""),
        (7, ""),
        ({"a": 1}, ""),
        (["a\n", None, 3, ["x"], "b"], "a\nb"),
        ("a\0b", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ("\ud83d\ude42", "🙂"),
    ],
)
def test_read_program_reads_a_cell_with_an_odd_source(
    source: object, read: str
) -> None:
    assert cells_of(notebook(source, "x = 1")) == [
        ("cell 1", read),
        ("cell 2", "x = 1"),
    ]


def test_read_program_reads_cells_with_alike_or_missing_ids() -> None:
    cells = [
        {"cell_type": "code", "id": "same", "source": "a"},
        {"cell_type": "code", "id": "same", "source": "b"},
        {"cell_type": "code", "id": 3, "source": "c"},
        {"cell_type": "code", "source": "d"},
        {"source": "no type"},
        None,
        "text",
    ]
    sources = [source for _, source in cells_of(notebook(cells=cells))]

    assert sources == ["a", "b", "c", "d"]


def test_read_program_reads_a_notebook_without_code_cells() -> None:
    assert cells_of(notebook()) == []


def test_read_program_reads_a_notebook_with_a_number_too_long_for_an_int() -> None:
    text = notebook("x = 1").replace('"metadata": {}', '"n": ' + "9" * 5000, 1)

    assert cells_of(text) == [("cell 1", "x = 1")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_read_program_reads_a_notebook_with_a_byte_order_mark(encoding: str) -> None:
    assert cells_of(notebook("x = 'é'").encode(encoding)) == [("cell 1", "x = 'é'")]


@pytest.mark.parametrize(
    "text", ["x = 1", "{", "{'cells': []}", notebook("x")[:-5], "<<<<<<< HEAD\n{}"]
)
def test_read_program_refuses_a_notebook_that_is_not_json(text: str) -> None:
    with pytest.raises(StudentError, match=r"a\.ipynb: .* not JSON from line \d"):
        cells_of(text)


@pytest.mark.parametrize(
    "text",
    ["[]", "null", "3", '"x"', "{}", '{"cells": 3}', '{"worksheets": {}}', "NaN"],
)
def test_read_program_refuses_json_that_is_not_a_notebook(text: str) -> None:
    with pytest.raises(StudentError, match=r"a\.ipynb: .* not a notebook"):
        cells_of(text)


@pytest.mark.parametrize("opening", ["[", '{"cells":', '{"cells":[{"a":'])
def test_read_program_refuses_json_that_is_nested_too_deeply(opening: str) -> None:
    with pytest.raises(StudentError, match=r"nested too deeply"):
        cells_of(opening * 200_000)


def test_read_program_reads_a_hostile_notebook_quickly() -> None:
    text = '{"cells":[' + ",".join(["{}"] * 1_000_000) + "]}"
    start = time.process_time()

    assert cells_of(text) == []
    assert time.process_time() - start < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "worksheets", "cell_type", "source", "input", "nbformat"]
            )
            | st.text(max_size=3),
            inner | st.just("code"),
            max_size=5,
        )
    ),
    max_leaves=20,
)


@CALM
@given(
    st.dictionaries(st.sampled_from(["cells", "worksheets", "nbformat"]), JSON) | JSON
)
def test_read_program_of_any_json_returns_blocks_or_a_students_error(
    document: object,
) -> None:
    try:
        program = program_of("a.ipynb", json.dumps(document).encode())
    except StudentError as error:
        assert str(error).startswith("a.ipynb")  # noqa: PT017 - either end is right
    else:
        assert [b.label for b in program.blocks] == [
            f"cell {n}" for n in range(1, len(program.blocks) + 1)
        ]
        for block in program.blocks:
            block.source.encode()


HOSTILE_BYTES = st.one_of(
    st.binary(max_size=200),
    st.builds(
        bytes.__add__, st.sampled_from([b"\xef\xbb\xbf", b"\xff\xfe"]), st.binary()
    ),
    st.builds(
        lambda coding, rest: b"# coding: " + coding + b"\n" + rest,
        st.sampled_from(
            [
                *(b"utf-7", b"utf-16", b"utf-32", b"utf-8-sig", b"ascii", b"latin-1"),
                *(b"cp1252", b"shift_jis", b"iso2022_jp", b"hz", b"charmap", b"mbcs"),
                *(b"idna", b"punycode", b"unicode_escape", b"hex", b"zlib", b"rot13"),
            ]
        )
        | st.binary(max_size=9),
        st.binary(max_size=60),
    ),
)


@CALM
@given(HOSTILE_BYTES, st.sampled_from(["a.py", "a.ipynb", "a", "\x1b.py", ".py"]))
def test_read_program_of_any_bytes_returns_blocks_or_a_students_error(
    data: bytes, name: str
) -> None:
    try:
        program = program_of(name, data)
    except StudentError as error:
        assert "\x1b" not in str(error)  # noqa: PT017 - either end is right
    else:
        for block in program.blocks:
            assert "\0" not in block.source
            assert "\r" not in block.source
            block.source.encode()
