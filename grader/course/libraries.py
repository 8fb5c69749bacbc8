"""What a course imports for programs, and what its handout may promise."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import sys
from typing import TYPE_CHECKING, Final

from grader.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


USUAL: Final = ("torch", "numpy", "matplotlib", "ipython")
"""What any program may import, where it is installed; a test compares this list with
the sandbox's own."""
BARS: Final = ("tqdm", "fastprogress", "progressbar", "progressbar2", "alive-progress")
"""Progress bars: where they are not installed, the sandbox has its own."""


def modules_of(libraries: Iterable[str]) -> tuple[str, ...]:
    """Return the modules of these distributions: `sklearn` for scikit-learn.

    Those that any program may import are left out.
    """
    wanted = {_plain(name) for name in libraries} - set(USUAL)
    return tuple(sorted({module for name in wanted for module in _modules(name)}))


def _modules(name: str) -> Iterator[str]:
    """Yield the modules of one distribution; the others are slow to look through."""
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return
    listed = (found.read_text("top_level.txt") or "").split()
    for module in listed or {file.parts[0] for file in found.files or ()}:
        own = module.removesuffix(".py")
        if own.isidentifier() and not own.startswith("_"):
            yield own


def preload_problems(preload: tuple[str, ...], path: Path) -> list[str]:
    """Return what is wrong with the list of modules to import beforehand."""
    # Only the package: looking for a module in it would import the package.
    packages = {name: name.split(".", maxsplit=1)[0] for name in preload}
    missing = [
        name
        for name, package in packages.items()
        if not package or importlib.util.find_spec(package) is None
    ]
    if not missing:
        return []
    known = {*sys.stdlib_module_names, *importlib.metadata.packages_distributions()}
    return [
        f"{path}: preload: no module `{name}`.{did_you_mean(name, known)}"
        for name in missing
    ]


def library_problems(libraries: tuple[str, ...], path: Path) -> Iterator[str]:
    """Yield what is wrong with the list of libraries that the handout promises."""
    for name in libraries:
        if _plain(name) in BARS:
            continue
        try:
            importlib.metadata.distribution(name)
        except (importlib.metadata.PackageNotFoundError, ValueError):
            installed = {
                each.metadata["Name"] or ""
                for each in importlib.metadata.distributions()
            }
            yield (
                f"{path}: libraries: `{name}` is not installed here."
                f"{did_you_mean(name, installed)} Install it where you grade, or take "
                f"it from the list."
            )


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
