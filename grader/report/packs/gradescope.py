"""Gradescope: `autograder.zip`, with the course, the kit, and versions that fit."""

from __future__ import annotations

import platform
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from grader import __version__
from grader.report.packs import Packed, folder, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.course import Course

# The packages that grading imports; those for students' own tools are left out.
_NEEDED = (
    *("charset-normalizer", "click", "ipython", "jupytext", "landlockpy"),
    *("matplotlib", "msgspec", "nbformat", "numpy", "platformdirs", "pytest"),
    *("pyyaml", "rich", "seccompy", "watchfiles"),
)


def pack(course: Course) -> Iterator[Packed]:
    """Yield the files that the platform unpacks and starts."""
    versions = {"TORCH": _plain("torch"), "PYTHON": ".".join(_python()[:2])}
    yield Packed("setup.sh", template("setup.sh", **versions), program=True)
    yield Packed("run_autograder", template("run_autograder"), program=True)
    yield Packed("autograde.py", template("autograde.tmpl", VERSION=__version__))
    yield Packed("requirements.txt", _requirements())
    yield from folder(course.root, ("exercises", "solutions"), "course")
    yield from folder(Path(__file__).parents[3], ("grader",), "kit")


def _python() -> tuple[str, ...]:
    return platform.python_version_tuple()


def _requirements() -> bytes:
    """Return the versions that are installed here, with which the course was tried."""
    lines = [f"{name}=={_plain(name)}" for name in _NEEDED if _installed(name)]
    return "".join(f"{line}\n" for line in lines).encode()


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _plain(name: str) -> str:
    """Return an installed version without a local part such as "+cpu"."""
    return metadata.version(name).partition("+")[0]
