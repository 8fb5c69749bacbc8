"""The wall holds for an ordinary user as it does for root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from attacks import bundled, reachable

from grader.sandbox.environment import cache_folder

AS_ROOT = os.geteuid() == 0


def run_as_nobody(kit: Path, python: Path, more: dict[str, str]) -> str:
    """Return what is said about all attacks when an ordinary user tries them."""
    home = kit.parent / "home"
    environment = {
        **os.environ,
        "HOME": str(home),
        "TMPDIR": str(home),
        "XDG_CACHE_HOME": str(home),
        "PYTHONPATH": os.pathsep.join((str(kit), str(kit / "tests"))),
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }
    done = subprocess.run(
        [str(python), "-m", "attacks.bundled"],
        cwd=home,
        env=environment,
        user="nobody",
        group=pwd.getpwnam("nobody").pw_gid,
        extra_groups=[],
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
        said = run_as_nobody(kit, python, more)

    assert said.splitlines() == [f"{bundled.ALL} attacks behind landlock+seccomp"]


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user's own files are enterable")
def test_folder_that_others_cannot_enter_is_known(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "python").write_text("")

    assert not reachable.may_be_entered(closed / "python")
    assert reachable.may_be_entered(Path("/usr/bin/env"))
    assert Path(sys.executable).exists()
