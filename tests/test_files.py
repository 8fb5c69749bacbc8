"""A file is written whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from grader.files import write_atomically
from grader.gradebook import Gradebook

if TYPE_CHECKING:
    from pathlib import Path


def test_file_is_written_whole_into_a_new_folder(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    write_atomically(path, b"first")
    write_atomically(path, b"second")

    assert path.read_bytes() == b"second"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_private_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomically(tmp_path / "report", b"grade", private=True)
        write_atomically(tmp_path / "exercise", b"stub")
        with Gradebook(tmp_path / "gradebook.sqlite"):
            pass
    finally:
        os.umask(before)
    modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}

    assert modes == {"report": 0o600, "exercise": 0o644, "gradebook.sqlite": 0o600}


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_private_file_that_was_open_is_its_owner_s_alone_again(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_bytes(b"grade")
    path.chmod(0o644)
    write_atomically(path, b"grade", private=True)

    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "file"
    write_atomically(path, b"old")
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_write_that_is_killed_leaves_the_old_file(tmp_path: Path, step: str) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    code = (
        f"import os, signal\nfrom pathlib import Path\nfrom grader import files\n"
        f"os.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"files.write_atomically(Path({str(path)!r}), b'new' * 100000)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)

    assert ended.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"


def test_file_that_says_the_same_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"same")
    before = path.stat()
    write_atomically(path, b"same")
    after = path.stat()

    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
