"""An ordinary user, with a kit and an interpreter that any user can use."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from attackers import joining
from helpers import ROOT

from grader.sandbox.environment import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
_UNUSED = shutil.ignore_patterns(
    *("site-packages", "test", "tests", "idlelib", "ensurepip", "turtledemo"),
    *("__pycache__", "config-*", ".hypothesis"),
)
_KIT = ("grader", "tests", "benchmarks", "exercises", "solutions", "pyproject.toml")
# A shell of root's joins control groups; then this becomes somebody else.
_BECOME = (
    "import os, pwd, sys\n"
    "nobody = pwd.getpwnam('nobody')\n"
    "os.setgroups([])\nos.setgid(nobody.pw_gid)\nos.setuid(nobody.pw_uid)\n"
    "os.execv(sys.argv[1], sys.argv[1:])\n"
)
AS_ROOT = os.geteuid() == 0


@dataclass(frozen=True)
class Ordinary:
    """A user without rights: nobody, or whoever runs the tests and is not root."""

    kit: Path
    home: Path
    python: Path
    more: Mapping[str, str]

    def said(self, *arguments: str, groups: tuple[Path, ...] = ()) -> tuple[int, str]:
        """Return how Python ends with these arguments, and what it prints.

        Args:
            arguments: what follows `python`.
            groups: control groups to join, as `attackers.control_groups` makes them.
        """
        folders = (self.kit, self.kit / "tests", self.kit / "benchmarks")
        environment = {
            **os.environ,
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "XDG_CACHE_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(map(str, folders)),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.more,
        }
        become = [sys.executable, "-c", _BECOME] if AS_ROOT else []
        done = subprocess.run(
            joining(list(groups), [*become, str(self.python), *arguments]),
            cwd=self.home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        return done.returncode, done.stdout + done.stderr


@contextmanager
def ordinary_user() -> Iterator[Ordinary]:
    """Yield a user without rights, with a home of their own and all that they need."""
    with tempfile.TemporaryDirectory(prefix="reachable-") as name:
        target, home = Path(name), Path(name, "home")
        shutil.copytree(cache_folder(), home / cache_folder().name)
        if not AS_ROOT:
            yield Ordinary(ROOT, home, Path(sys.executable), {})
            return
        target.chmod(0o755)
        python, more = reachable_python(target)
        kit = copy_kit(target)
        open_to_all(kit)
        nobody = pwd.getpwnam("nobody")
        for path in (home, *home.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        yield Ordinary(kit, home, python, more)


def may_be_entered(path: Path) -> bool:
    """Return whether any user may read a path, through every folder above it."""
    everyone = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    return path.stat().st_mode & everyone == everyone and all(
        folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents
    )


def reachable_python(target: Path) -> tuple[Path, dict[str, str]]:
    """Return an interpreter that any user can start, and the environment it needs.

    Args:
        target: a folder that any user may enter.
    """
    packages = Path(sysconfig.get_path("purelib"))
    stdlib = Path(sysconfig.get_path("stdlib", vars={"base": sys.base_prefix}))
    if all(map(may_be_entered, (Path(sys.executable).resolve(), packages, stdlib))):
        return Path(sys.executable), {}
    base, venv = target / "base", target / "venv"
    (base / "bin").mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), base / "bin" / _VERSION)
    shutil.copytree(stdlib, base / "lib" / _VERSION, ignore=_UNUSED, symlinks=True)
    for library in Path(sys.base_prefix, "lib").glob("libpython*.so*"):
        shutil.copy2(library, base / "lib")
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(base / "bin" / _VERSION)
    (venv / "pyvenv.cfg").write_text(f"home = {base / 'bin'}\n")
    _bring(packages, venv / "lib" / _VERSION / "site-packages")
    return venv / "bin" / "python", {"LD_LIBRARY_PATH": str(base / "lib")}


def copy_kit(target: Path) -> Path:
    """Return a copy of the kit with its tests."""
    for name in _KIT:
        source, copy = ROOT / name, target / "kit" / name
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copy2(source, copy)
    return target / "kit"


def open_to_all(folder: Path) -> None:
    """Let any user read what is in a folder."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            wanted = 0o755 if path.is_dir() else path.stat().st_mode | 0o444
            path.chmod(wanted)


def _bring(packages: Path, target: Path) -> None:
    """Make packages readable elsewhere: by a link if that is enough, else file by file.

    A hard link takes no room; if it cannot be made, the file is copied.
    """
    target.parent.mkdir(parents=True)
    if may_be_entered(packages):
        target.symlink_to(packages)
    else:
        shutil.copytree(packages, target, copy_function=_link_or_copy, symlinks=True)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
