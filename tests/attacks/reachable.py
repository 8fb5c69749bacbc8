"""A copy of the kit and the interpreter that any user can use, where needed."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import sysconfig
from pathlib import Path

from helpers import ROOT

_VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"
_UNUSED = shutil.ignore_patterns(
    *("site-packages", "test", "tests", "idlelib", "ensurepip", "turtledemo"),
    *("__pycache__", "config-*", ".hypothesis"),
)
_KIT = ("grader", "tests", "exercises", "solutions", "pyproject.toml")


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
