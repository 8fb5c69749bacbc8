"""The environment of untrusted processes: it holds nothing of the instructor's."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

import platformdirs

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


def kit_root() -> Path:
    """Return the folder that holds the package `grader`."""
    return Path(__file__).parents[2]


def cache_folder() -> Path:
    """Return a folder that outlives a run: matplotlib keeps its list of fonts there."""
    folder = platformdirs.user_cache_path("torch-grader", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        user = os.getuid() if hasattr(os, "getuid") else ""
        folder = Path(tempfile.gettempdir(), f"torch-grader-{user}")
        folder.mkdir(exist_ok=True)
    return folder


def clean_environment() -> dict[str, str]:
    """Return the whole environment of a worker or a zygote."""
    return {
        **{name: os.environ[name] for name in _NEEDED if name in os.environ},
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/nonexistent",
        "MPLBACKEND": "module://grader.sandbox.worker.plots",
        "MPLCONFIGDIR": str(cache_folder()),
        "TORCHINDUCTOR_CACHE_DIR": str(cache_folder()),
        **ONE_THREAD,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(kit_root()),
        "PYTHONUTF8": "1",
    }
