"""The environments of our processes, the untrusted ones' and the checkers'.

That of the untrusted holds nothing of the instructor's.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

import platformdirs

from grader.errors import OperatorError

ONE_THREAD: Final = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Makes torch and numpy compute in one thread, wherever they are imported later.

Several threads hang in forked children, and slow down small tensors on a busy machine.
"""


_NEEDED: Final = ("LD_LIBRARY_PATH", "SYSTEMROOT")
"""What an interpreter may need to start: its own libpython, and Windows's libraries."""


_CHANGES_CHECKS: Final = ("PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONINSPECT")
"""These and pytest's own change what a check does: one of them leaves asserts out."""

_ALIKE: Final = {
    "MPLBACKEND": "agg",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    **ONE_THREAD,
}
"""What checks and programs meet alike on each machine: no windows, UTF-8, one order."""


def kit_root() -> Path:
    """Return the folder that holds the package `grader`."""
    return Path(__file__).parents[2]


def cache_folder() -> Path:
    """Return a folder that outlives a run: matplotlib keeps its list of fonts there.

    Raises:
        OperatorError: it lies where anybody may make one, and somebody else has.
    """
    folder = platformdirs.user_cache_path("torch-grader", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        user = os.getuid() if hasattr(os, "getuid") else ""
        folder = Path(tempfile.gettempdir(), f"torch-grader-{user}")
        folder.mkdir(mode=0o700, exist_ok=True)
        _must_be_ours(folder)
    return folder


def _must_be_ours(folder: Path) -> None:
    """Raise OperatorError where others may write to a folder that we read."""
    found = folder.lstat()
    others = stat.S_IWGRP | stat.S_IWOTH
    if os.name != "posix":
        return
    ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    if not ours or found.st_mode & others:
        raise OperatorError(
            f"{folder}: expected a folder that belongs to you and that nobody else may "
            f"write to. Remove it, or name another place in XDG_CACHE_HOME."
        )


def clean_environment() -> dict[str, str]:
    """Return the whole environment of a worker or a zygote."""
    return {
        **{name: os.environ[name] for name in _NEEDED if name in os.environ},
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        **_ALIKE,
        "MPLBACKEND": "module://grader.sandbox.worker.plots",
        "MPLCONFIGDIR": str(cache_folder()),
        "TORCHINDUCTOR_CACHE_DIR": str(cache_folder()),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(kit_root()),
    }


def checkers_environment() -> dict[str, str]:
    """Return the environment of a checker: ours, without what would change a check."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _CHANGES_CHECKS and not name.startswith("PYTEST_")
    }
    return {**kept, **_ALIKE}
