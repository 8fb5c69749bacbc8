"""Nothing that somebody else has prepared is read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import platformdirs
import pytest
from helpers import ROOT

from grader.errors import OperatorError
from grader.sandbox.environment import cache_folder

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the cache is without a home; nobody has made it yet."""
    (tmp_path / "file").write_text("")
    homeless = tmp_path / "file" / "cache"
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: homeless)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path / f"torch-grader-{os.getuid()}"


def test_cache_without_a_home_is_its_owner_s_alone(planted: Path) -> None:
    assert cache_folder() == planted
    assert planted.stat().st_mode & 0o777 == 0o700
    assert cache_folder() == planted


@pytest.mark.parametrize("how", ["others may write", "a link", "another's"])
def test_cache_that_somebody_else_has_made_is_refused(
    planted: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "a link":
        (planted.parent / "elsewhere").mkdir()
        planted.symlink_to(planted.parent / "elsewhere")
    else:
        planted.mkdir()
        planted.chmod(0o777 if how == "others may write" else 0o755)
    if how == "another's":
        owner = os.getuid()
        monkeypatch.setattr(os, "getuid", lambda: owner + 1)
        planted.rename(planted.with_name(f"torch-grader-{owner + 1}"))

    with pytest.raises(OperatorError, match="belongs to you"):
        cache_folder()


@pytest.mark.parametrize("name", ["click.py", "json.py", "msgspec.py"])
def test_modules_in_the_folder_where_it_is_typed_are_not_imported(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("raise SystemExit('sprung')")
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "grader" in done.stdout
