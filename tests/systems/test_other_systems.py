"""A student's commands need nothing that only Linux has: `other.py` hides it all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import ROOT, SMALL_VISIBLE

OTHER = Path(__file__).with_name("other.py")
RIGHT = "def double(x): return 2 * x\n"
ENDS = "import os\ndef double(x): print('about to end'); os._exit(3)\n"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a student's folder on a machine where all of that is hidden."""
    shutil.copy(OTHER, tmp_path / "sitecustomize.py")
    (tmp_path / "grader").symlink_to(ROOT / "grader")
    mine = tmp_path / "exercises" / "double"
    mine.mkdir(parents=True)
    (mine / "test_visible.py").write_text(SMALL_VISIBLE)
    return mine


def run(mine: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=mine,
        env=os.environ | {"PYTHONPATH": str(mine.parents[1])},
    )


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (RIGHT, 0, "1 of 1 checks passed"),
        (ENDS, 1, "ended its own process (exit code 3)"),
    ],
)
def test_own_work_is_checked_there(
    elsewhere: Path, text: str, code: int, words: str
) -> None:
    (elsewhere / "double.py").write_text(text)
    done = run(elsewhere, "-m", "grader", "check", "double.py")

    assert done.returncode == code
    assert done.stderr.startswith("This system has no limit on a program's memory")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stdout


@pytest.mark.parametrize(
    "line", ["import fcntl", "import os; os.fork", "import socket; socket.AF_UNIX"]
)
def test_what_only_linux_has_is_hidden_from_the_kit(elsewhere: Path, line: str) -> None:
    done = run(elsewhere, "-c", f"exec({line!r}, {{'__name__': 'grader.new'}})")

    assert "not on this system" in done.stderr
