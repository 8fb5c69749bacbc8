"""A check's folder is the same on both sides, and nothing else of the disk is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from in_process import InProcess, checking

from grader.errors import AuthorError
from grader.judging.checks.sharing import Folder
from grader.judging.diagnosis.asking import requests_of
from grader.judging.requests import Call
from grader.judging.shared import Swapped, swapped_of
from grader.sandbox.worker.scratch import Space

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
def kind(path):
    return type(path).__name__

def read(path):
    with open(path) as file:
        return file.read()

def write(folder, text):
    (folder / "deep").mkdir()
    (folder / "deep" / "out.txt").write_text(text)
"""


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Return what a worker's scratch space holds: this test has no second disk."""
    held: dict[str, bytes] = {}

    def shared(_: str, files: dict[str, bytes]) -> dict[str, object]:
        held.update(files)
        sizes = [(name, len(content)) for name, content in held.items()]
        return {"value": (sizes, np.frombuffer(b"".join(held.values()), np.uint8))}

    monkeypatch.setattr("grader.sandbox.worker.worker.shared", shared)
    return held


def test_only_calls_that_name_the_folder_share_it(
    tmp_path: Path, shares: dict[str, bytes]
) -> None:
    worker = InProcess()
    (tmp_path / "in.txt").write_text("here")
    with checking(PROGRAM, worker=worker) as (student, evidence):
        student._line.share(tmp_path)
        kinds = [student.kind(x) for x in (tmp_path, str(tmp_path), "elsewhere", 3)]
        shares["deep/out.txt"] = b"there"
        assert student.read([tmp_path / "in.txt"][0]) == "here"

    assert kinds == ["PosixPath", "str", "str", "int"]
    shared = ["swap", "call", "swap"]
    assert worker.asked[1:] == [*shared * 2, "call", "call", *shared]
    assert shares["in.txt"] == b"here"
    assert (tmp_path / "deep" / "out.txt").read_text() == "there"
    assert requests_of(evidence.exchanges) is None
    assert requests_of(evidence.exchanges[2:4]) is not None


def test_files_that_the_program_writes_are_there_for_the_check(tmp_path: Path) -> None:
    with checking(PROGRAM) as (student, _):
        student._line.share(tmp_path)
        student.write(tmp_path, "hello")
        assert student.read(str(tmp_path / "deep" / "out.txt")) == "hello"
        with pytest.raises(AuthorError, match="200 characters at most"):
            student.read(tmp_path / ("x" * 300))


HOSTILE = (
    "../up",
    "/etc/passwd",
    "a/../../b",
    "",
    ".",
    "a\\b",
    "c:d",
    "a\n",
    "x" * 300,
)


@pytest.mark.parametrize("path", HOSTILE)
def test_path_that_leads_elsewhere_is_no_answer(path: str) -> None:
    assert swapped_of([(path, 1)], np.zeros(1, np.uint8)) is None


@pytest.mark.parametrize(
    ("sizes", "source"),
    [
        ([("a", 2)], np.zeros(1, np.uint8)),
        ([("a", -1)], np.zeros(1, np.uint8)),
        ([("a", 1)], np.zeros(1)),
        ([("a", 1, 1)], np.zeros(1, np.uint8)),
        ([(f"f{n}", 0) for n in range(101)], np.zeros(0, np.uint8)),
        ("ab", np.zeros(1, np.uint8)),
    ],
)
def test_files_that_do_not_add_up_are_no_answer(sizes: Any, source: Any) -> None:
    assert swapped_of(sizes, source) is None


def test_file_is_never_written_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    (tmp_path / "folder").mkdir()
    Folder(tmp_path).take(Swapped({"taken/x": b"1", "folder": b"2", "new/y": b"3"}))

    assert (tmp_path / "taken").read_text() == "mine"
    assert (tmp_path / "folder").is_dir()
    assert (tmp_path / "new" / "y").read_bytes() == b"3"


def test_path_may_stand_anywhere_in_the_arguments(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    inside, beside = str(tmp_path / "a"), f"{tmp_path}er/a"

    assert folder.is_named_in(Call("f", ([{"x": (1, inside)}],)))
    assert folder.is_named_in(Call("f", (), {"file": inside}))
    assert not folder.is_named_in(Call("f", (beside, 3, None)))


def test_folder_of_the_system_s_is_admitted_to_the_scratch_space(
    tmp_path: Path,
) -> None:
    space = Space()
    there = str(tmp_path)
    space.admit(there)
    space.admit(there)

    assert space.is_folder(there)
    assert space.may_hold(f"{there}/file")
