"""The outer layer: bubblewrap around the zygote, where this machine allows it.

As a tier of its own it takes the place of Landlock. Around the Landlock tier it also
hides that files exist. It costs some milliseconds once, and nothing per worker.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.sandbox.zygote import libraries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_KIT_NEEDS: Final = ("msgspec", "landlockpy", "seccompy")
_SYSTEM: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
_ETC: Final = ("/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types")
_ALONE: Final = (
    "--unshare-all",
    "--as-pid-1",
    "--die-with-parent",
    "--cap-drop",
    "ALL",
)


def bubblewrap(root: Path, cache: Path, preload: Sequence[str]) -> list[str]:
    """Return the command that runs an interpreter which sees only its libraries.

    Args:
        root: The folder that holds the package `grader`.
        cache: The folder that matplotlib keeps its list of fonts in.
        preload: The distributions that the course wants beside the usual ones.
    """
    packages = (*libraries.STUDENT_NEEDS, *_KIT_NEEDS, *preload)
    shown = [
        *_interpreter(),
        *libraries.time_zone_paths(),
        *libraries.distribution_paths(packages),
        root / "grader",
    ]
    return [
        *(_command() or "bwrap", *_ALONE),
        *_system(),
        *("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"),
        *_read_only(libraries.stdlib_folders()),
        *_hidden(libraries.shared_folders()),
        *_read_only(shown),
        *("--bind", str(cache), str(cache)),
        *("--chdir", "/", "--"),
    ]


def works() -> bool:
    """Return whether bubblewrap is installed and may make its namespaces here."""
    command = _command()
    if command is None:
        return False
    trial = [command, *_ALONE, "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    ended = subprocess.run(trial, check=False, capture_output=True, timeout=10)
    return ended.returncode == 0


def _command() -> str | None:
    """Return where bubblewrap is; the zygote's own PATH may not lead there."""
    return shutil.which("bwrap")


def _interpreter() -> list[Path]:
    """Return what this interpreter reads at its start, outside of its libraries."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix)}
    return [
        path
        for prefix in sorted(prefixes)
        for path in (
            *(prefix / "bin", prefix / "pyvenv.cfg"),
            *sorted((prefix / "lib").glob("libpython*")),
        )
        if path.exists()
    ]


def _system() -> list[str]:
    """Return the options that show the system's shared libraries."""
    options: list[str] = []
    for path in map(Path, _SYSTEM):
        if path.is_symlink():
            options += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            options += ["--ro-bind", str(path), str(path)]
    return options + _read_only(path for path in map(Path, _ETC) if path.exists())


def _read_only(paths: Iterable[Path]) -> list[str]:
    """Return the options that show these paths where they are."""
    return [word for path in paths for word in ("--ro-bind", str(path), str(path))]


def _hidden(folders: Iterable[Path]) -> list[str]:
    """Return the options that empty these folders."""
    return [word for folder in folders for word in ("--tmpfs", str(folder))]
