"""Which of several files for one exercise is graded: content decides where it can."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hand_ins import IDS, notebook_text, only, put

from grader.intake import choosing, find_work
from grader.model import WhyLeft

if TYPE_CHECKING:
    from pathlib import Path

STUB = '''\
import torch  # as handed out

x_data = [1.0, 2.0]


def forward(w, x):
    """Return w * x."""
    raise NotImplementedError("forward: not written yet")


def loss(w, x, y):
    """Return (w * x - y) squared."""
    raise NotImplementedError("loss: not written yet")
'''
HOLE = 'raise NotImplementedError("{}: not written yet")'
HALF = STUB.replace(HOLE.format("forward"), "return w * x")
WHOLE = HALF.replace(HOLE.format("loss"), "return (w * x - y) ** 2")
CELLS = tuple(f"{part}\n" for part in STUB.split("\n\n\n"))
FILLED = notebook_text(*(f"{part}\n" for part in WHOLE.split("\n\n\n")))


@pytest.fixture
def handouts(tmp_path: Path) -> dict[str, tuple[Path, ...]]:
    script = put(tmp_path, "exercises/autograd.py", STUB)
    return {
        "autograd": (
            script,
            put(tmp_path, "exercises/autograd.ipynb", notebook_text(*CELLS)),
        )
    }


@pytest.mark.parametrize(
    "stub",
    [
        STUB,
        STUB.replace("\n", "\r\n"),
        STUB.replace("    ", "\t"),
        STUB.replace("\n\n", "\n# a thought\n\n\n"),
        STUB.replace("  # as handed out", "").replace('"', "'"),
        f"\n{STUB}\n\n",
    ],
)
@pytest.mark.parametrize("stub_at", [1000, 2000, 3000])
def test_written_file_beats_the_handout_whenever_either_was_saved(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]], stub: str, stub_at: int
) -> None:
    put(tmp_path, "in/ada/autograd.ipynb", stub_notebook(stub), at=stub_at)
    put(tmp_path, "in/ada/deep/er/autograd.py", WHOLE, at=2000)
    put(tmp_path, "in/bob/autograd.py", stub, at=stub_at)
    put(tmp_path, "in/bob/old/autograd (1).ipynb", FILLED, at=2000)
    intake = find_work([tmp_path / "in"], ("autograd",), handouts=handouts)
    ada, bob = intake.work

    assert ada.file == "deep/er/autograd.py"
    assert ada.notes[0].endswith(": the other is as it was handed out.")
    assert bob.file == "old/autograd (1).ipynb"
    assert [left.why for left in intake.left] == [WhyLeft.HANDOUT] * 2


def stub_notebook(stub: str) -> str:
    """Return a notebook with the parts of a stub as cells, outputs and all."""
    cells = [{"cell_type": "markdown", "source": "# My thoughts"}] + [
        {"cell_type": "code", "source": part, "outputs": [{"text": "7"}]}
        for part in stub.split("\n\n\n")
    ]
    return json.dumps({"cells": cells, "nbformat": 4})


@pytest.mark.parametrize("name", ["autograd.py", "autograd.ipynb", "autograd_final.py"])
def test_handout_alone_is_no_work_and_says_so(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]], name: str
) -> None:
    content = stub_notebook(STUB) if name.endswith(".ipynb") else STUB
    put(tmp_path, f"in/ada/{name}", content)
    intake = find_work([tmp_path / "in"], ("autograd",), handouts=handouts)
    (work,) = intake.work

    assert (work.program, work.error, work.file) == (None, None, name)
    assert work.missing == (
        f"{name} is as it was handed out: nothing is written in it yet."
    )
    assert [(left.place, left.why) for left in intake.left] == [(name, WhyLeft.HANDOUT)]


@pytest.mark.parametrize(
    "changed",
    [
        STUB.replace(HOLE.format("loss"), "pass"),
        f"{STUB}\nprint(forward(1, 4))\n",
        STUB.replace("w, x, y", "x, y, w"),
        HALF,
    ],
)
def test_handout_with_a_change_is_judged(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]], changed: str
) -> None:
    put(tmp_path, "in/ada/autograd.py", changed)

    (work,) = find_work([tmp_path / "in"], ("autograd",), handouts=handouts).work

    assert work.program is not None


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        "return",
        "return None",
        "raise NotImplementedError",
        'raise Exception("todo")',
        'print("later")',
        '"""Only words."""',
    ],
)
def test_stub_of_any_common_form_never_beats_a_written_file(
    tmp_path: Path, body: str
) -> None:
    put(tmp_path, "ada/autograd.py", f"def forward(w, x):\n    {body}\n", at=9000)
    put(tmp_path, "ada/autograd.ipynb", notebook_text("def forward(w, x): return w*x"))
    work = only(find_work([tmp_path], IDS))

    assert work.file == "autograd.ipynb"
    assert "nothing is written in the other" in work.notes[0]


def test_file_with_a_wrong_line_counts_as_written(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]]
) -> None:
    put(tmp_path, "in/ada/autograd.py", WHOLE + "for in in in:\n")
    put(tmp_path, "in/ada/autograd.ipynb", stub_notebook(STUB), at=9000)

    (work,) = find_work([tmp_path / "in"], ("autograd",), handouts=handouts).work

    assert work.file == "autograd.py"


@pytest.mark.parametrize("deeper", ["old", "week3/final", "autograd (1)"])
def test_file_nearer_to_the_top_beats_a_deeper_one(tmp_path: Path, deeper: str) -> None:
    put(tmp_path, "ada/autograd.py", "def forward(w, x): return w * x\n", at=1000)
    put(tmp_path, f"ada/{deeper}/autograd.py", "def forward(w, x): return 1\n", at=9000)
    intake = find_work([tmp_path], IDS)

    assert only(intake).file == "autograd.py"
    assert only(intake).notes[0].endswith(": it lies nearer to the top.")


def test_file_with_more_written_beats_one_saved_later(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]]
) -> None:
    put(tmp_path, "in/ada/autograd.py", WHOLE, at=1000)
    put(tmp_path, "in/ada/autograd (1).py", HALF, at=9000)

    (work,) = find_work([tmp_path / "in"], ("autograd",), handouts=handouts).work

    assert work.file == "autograd.py"
    assert work.notes[0].endswith(": more of it is written.")


@pytest.mark.parametrize(
    ("newer", "older"),
    [("autograd.py", "autograd.ipynb"), ("autograd.ipynb", "autograd.py")],
)
def test_of_two_written_files_the_newer_is_graded_and_the_instructor_is_told(
    tmp_path: Path, newer: str, older: str
) -> None:
    put(tmp_path, f"ada/{newer}", "def forward(w, x): return w * x\n", at=2000)
    put(tmp_path, f"ada/{older}", "def forward(w, x): return x\n", at=1000)
    intake = find_work([tmp_path], IDS)
    (left,) = intake.left

    assert only(intake).file == newer
    assert f"{newer} was graded, not {older}: it was saved last." in only(intake).notes
    assert (left.student, left.place, left.exercise) == ("ada", older, "autograd")
    assert (left.why, left.said) == (
        WhyLeft.ANOTHER,
        f"{newer} was graded: it was saved last.",
    )


def test_of_two_files_that_say_the_same_only_that_is_told(tmp_path: Path) -> None:
    put(tmp_path, "ada/autograd.py", "def forward(w, x):  # mine\n    return w*x\n")
    put(
        tmp_path, "ada/autograd.ipynb", notebook_text("def forward(w, x): return w * x")
    )
    put(tmp_path, "ada/autograd (1).py", "def forward(w, x):\n\n\treturn w * x\n")
    intake = find_work([tmp_path], IDS)

    assert sorted(left.why for left in intake.left) == [WhyLeft.ANOTHER, WhyLeft.SAME]


@pytest.mark.parametrize(
    ("graded", "other", "why"),
    [
        ("autograd.py", "autograd (1).py", "its name is the exercise's"),
        ("autograd.py", "Copy of autograd.ipynb", "its name is the exercise's"),
        ("x/b/autograd.py", "x/a/autograd.py", "the last by alphabet"),
        ("autograd.py", "autograd.ipynb", "the last by alphabet"),
    ],
)
def test_of_two_written_files_of_one_time_the_name_decides(
    tmp_path: Path, graded: str, other: str, why: str
) -> None:
    put(tmp_path, f"ada/{graded}", "def forward(w, x): return w * x\n")
    put(tmp_path, f"ada/{other}", "def forward(w, x): return x\n")
    work = only(find_work([tmp_path], IDS))

    assert work.file == graded
    assert "both were saved at the same time" in work.notes[0]
    assert why in work.notes[0]


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_no_empty_file_is_graded_when_another_is_not(
    tmp_path: Path, content: str
) -> None:
    put(tmp_path, "ada/autograd.py", at=1000)
    put(tmp_path, "ada/autograd.ipynb", content, at=2000)
    intake = find_work([tmp_path], IDS)

    assert only(intake).file == "autograd.py"
    assert only(intake).notes == (
        "autograd.py was graded, not autograd.ipynb: the other is empty.",
    )
    assert [left.why for left in intake.left] == [WhyLeft.EMPTY]


@pytest.mark.parametrize("content", [b"\0\1", b"PK\x03\x04", b"<<<<<<< HEAD\nx\n"])
def test_file_that_cannot_be_read_loses_to_one_that_can(
    tmp_path: Path, content: bytes
) -> None:
    put(tmp_path, "ada/autograd.py", content, at=2000)
    put(tmp_path, "ada/deep/autograd.ipynb", notebook_text("def forward(): return 1"))
    intake = find_work([tmp_path], IDS)

    assert only(intake).file == "deep/autograd.ipynb"
    assert [left.why for left in intake.left] == [WhyLeft.UNREADABLE]


def test_only_the_nearest_of_very_many_copies_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    looked_at = choosing.looked_at
    monkeypatch.setattr(
        choosing,
        "looked_at",
        lambda found, *rest, **more: (
            seen.append(found.place) or looked_at(found, *rest, **more)  # type: ignore[func-returns-value]
        ),
    )
    for number in range(25):
        put(tmp_path, f"ada/autograd ({number}).py", "def f(): return 1", at=number)
    work = only(find_work([tmp_path], IDS))

    assert len(seen) == choosing.MOST_READ
    assert len(work.notes) == 12
    assert "14 more files were not graded." in work.notes


def test_very_large_copies_are_not_all_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "MOST_READ_BYTES", 1000)
    for number in range(4):
        text = f"def f(): return {number}\n" + "#" * 600
        put(tmp_path, f"ada/autograd ({number}).py", text, at=number)
    intake = find_work([tmp_path], IDS)

    assert only(intake).file == "autograd (1).py"
    assert "not all looked at" in only(intake).notes[1]
    assert len(intake.left) == 3


def test_choice_is_the_same_whatever_the_file_times_where_content_decides(
    tmp_path: Path, handouts: dict[str, tuple[Path, ...]]
) -> None:
    chosen = set()
    for times in [(1, 2, 3), (3, 2, 1), (2, 3, 1), (1, 1, 1)]:
        put(tmp_path, "in/ada/autograd.py", HALF, at=times[0])
        put(
            tmp_path,
            "in/ada/autograd (1).ipynb",
            FILLED,
            times[1],
        )
        put(tmp_path, "in/ada/autograd (2).py", STUB, at=times[2])
        intake = find_work([tmp_path / "in"], IDS, handouts=handouts)
        chosen.add(only(intake).file)

    assert chosen == {"autograd (1).ipynb"}
