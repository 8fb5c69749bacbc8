"""The wall holds for an ordinary user as it does for root."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from attacks import reachable
from helpers import ROOT

from grader.sandbox.environment import cache_folder
from grader.sandbox.host import outer

FAMILIES = ("test_secrets.py", "test_reach.py", "test_litter.py")
AS_ROOT = os.geteuid() == 0


def run_as(
    user: str | None, kit: Path, python: Path, more: dict[str, str], *options: str
) -> str:
    """Return what pytest says about the families when a user runs them."""
    home = kit.parent / "home"
    environment = {
        **os.environ,
        "HOME": str(home),
        "TMPDIR": str(home),
        "XDG_CACHE_HOME": str(home),
        "PYTHONPATH": str(kit),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        **more,
    }
    families = [str(kit / "tests" / "attacks" / name) for name in FAMILIES]
    done = subprocess.run(
        [str(python), "-m", "pytest", "-q", "-x", "--no-header", *options, *families],
        cwd=home,
        env=environment,
        user=user,
        group=None if user is None else pwd.getpwnam(user).pw_gid,
        extra_groups=None if user is None else [],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout + done.stderr


def test_no_secret_is_read_nothing_reached_or_written_by_nobody() -> None:
    if not AS_ROOT:
        # An ordinary user already runs all of this.
        assert os.geteuid() > 0
        return
    with tempfile.TemporaryDirectory(prefix="reachable-") as name:
        target = Path(name)
        target.chmod(0o755)
        python, more = reachable.reachable_python(target)
        kit = reachable.copy_kit(target)
        reachable.open_to_all(kit)
        home = target / "home"
        shutil.copytree(cache_folder(), home / cache_folder().name)
        nobody = pwd.getpwnam("nobody")
        for path in (home, *home.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        said = run_as("nobody", kit, python, more)

    assert_all_passed(said)


@pytest.mark.skipif(not outer.works(), reason="bubblewrap does not work here")
def test_no_secret_is_read_nothing_reached_or_written_behind_bubblewrap(
    tmp_path: Path,
) -> None:
    (tmp_path / "home").mkdir()
    kit = tmp_path / "kit"
    kit.symlink_to(ROOT)

    assert_all_passed(run_as(None, kit, Path(sys.executable), {}, "--sandbox=bwrap"))


def assert_all_passed(said: str) -> None:
    assert re.search(r"^1\d\d passed in", said, re.MULTILINE), said[-3000:]
    assert "failed" not in said
    assert "skipped" not in said


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user's own files are enterable")
def test_folder_that_others_cannot_enter_is_known(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "python").write_text("")

    assert not reachable.may_be_entered(closed / "python")
    assert reachable.may_be_entered(Path("/usr/bin/env"))
    assert Path(sys.executable).exists()
