"""A student's folder is looked through, and no link is ever followed."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hand_ins import IDS, only, put

from grader.intake import candidates, find_work, walking
from grader.model import WhyLeft

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534


@pytest.mark.parametrize(
    "name",
    [
        *(".git", "__pycache__", ".ipynb_checkpoints", "__MACOSX"),
        *("site-packages", "node_modules"),
    ],
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
    assert "not all of them were looked at" in intake.notes[0]


@contextmanager
def a_folder_without_rights() -> Iterator[Path]:
    """Yield a folder, and be an ordinary user meanwhile: root reads what it likes."""
    uid = os.geteuid()
    with tempfile.TemporaryDirectory() as name:
        if uid == 0:
            os.chown(name, NOBODY, -1)
            os.seteuid(NOBODY)
        try:
            yield Path(name)
        finally:
            os.seteuid(uid)


@pytest.mark.parametrize("closed", ["ada/sub", "ada", "ada/autograd.py"])
def test_what_may_not_be_read_costs_its_own_student_alone(closed: str) -> None:
    with a_folder_without_rights() as root:
        check_refusal(root, closed)


def check_refusal(root: Path, closed: str) -> None:
    put(root, "ada/autograd.py")
    put(root, "ada/sub/backprop.py")
    put(root, "bob/autograd.py")
    (root / closed).chmod(0)
    try:
        intake = find_work([root], ("autograd", "backprop"))
    finally:
        (root / closed).chmod(0o700)
    works = {(work.student, work.exercise): work for work in intake.work}

    assert works["bob", "autograd"].program is not None
    assert works["ada", "backprop"].program is None or closed.endswith(".py")
    assert any(left.why is WhyLeft.UNREADABLE for left in intake.left)


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(5, "broken")])
@pytest.mark.parametrize("place", [("ada", "sub"), ("ada",)])
def test_folder_that_cannot_be_opened_costs_its_own_student_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
    place: tuple[str, ...],
) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "ada/sub/backprop.py")
    put(tmp_path, "bob/autograd.py")
    entries = walking._entries

    def refuse(
        root: Path, parts: tuple[str, ...], *rest: int, copies: bool = False
    ) -> list[walking.Found]:
        if parts == place:
            raise error
        return entries(root, parts, *rest, copies=copies)

    monkeypatch.setattr(walking, "_entries", refuse)
    intake = find_work([tmp_path], ("autograd", "backprop"))
    works = {(work.student, work.exercise): work for work in intake.work}

    assert works["bob", "autograd"].program is not None
    assert (works["ada", "autograd"].program is not None) == (place != ("ada",))
    assert works["ada", "backprop"].program is None
    assert [note.startswith("ada: ") for note in intake.notes] == [True]
    if isinstance(error, PermissionError):
        assert "permission denied for" in intake.notes[0]
        assert [left.why for left in intake.left] == [WhyLeft.UNREADABLE]
    else:
        assert "not all of them were looked at" in intake.notes[0]


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), FileNotFoundError(2, "gone")]
)
def test_file_that_cannot_be_opened_is_an_error_of_its_own_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    put(tmp_path, "ada/autograd.py")
    put(tmp_path, "bob/autograd.py")
    opened = os.open

    def refuse(name: str | Path, flags: int, **more: int) -> int:
        if name == "autograd.py" and not refused:
            refused.append(name)
            raise error
        return opened(name, flags, **more)

    refused: list[str] = []
    monkeypatch.setattr(os, "open", refuse)
    intake = find_work([tmp_path], ("autograd",))
    ada, bob = intake.work

    assert ada.error == (
        f"autograd.py: expected a file that can be read, got an error: "
        f"{error.strerror}. Hand it in again."
    )
    assert (ada.file, ada.program) == ("autograd.py", None)
    assert bob.program is not None
    assert [(left.why, left.said) for left in intake.left] == [
        (WhyLeft.UNREADABLE, ada.error)
    ]


@pytest.mark.parametrize("swapped", ["ada/autograd.py", "ada/sub", "ada"])
def test_link_that_comes_after_the_look_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    secret = put(tmp_path, "secret/sub/autograd.py", "SECRET = 1\n").parents[1]
    put(tmp_path, "secret/autograd.py", "SECRET = 1\n")
    root = tmp_path / "in"
    put(root, "ada/autograd.py" if swapped != "ada/sub" else "ada/sub/autograd.py")
    read = walking.read

    def swap_and_read(found: walking.Found) -> walking.Content:
        (root / swapped).rename(tmp_path / "away")
        (root / swapped).symlink_to(secret / swapped.removeprefix("ada").strip("/"))
        assert "SECRET" in found.path.read_text()
        return read(found)

    monkeypatch.setattr(candidates, "read", swap_and_read)
    (work,) = find_work([root], ("autograd",)).work

    assert work.program is None
    assert "got an error" in (work.error or "")


def test_pipe_that_comes_after_the_look_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "ada/autograd.py")
    read = walking.read

    def swap_and_read(found: walking.Found) -> walking.Content:
        path.unlink()
        os.mkfifo(path)
        return read(found)

    monkeypatch.setattr(candidates, "read", swap_and_read)
    (work,) = find_work([tmp_path], ("autograd",)).work

    assert "not a file" in (work.error or "")


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    put(tmp_path, "ada/deep/er/autograd.py")
    put(tmp_path, "ada/backprop.py", b"\0")
    (tmp_path / "ada/linear_regression.py").mkdir()
    before = len(list(Path("/proc/self/fd").iterdir()))
    find_work([tmp_path], IDS)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
