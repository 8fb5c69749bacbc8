"""What a course imports for programs, and what its handout may promise."""

from __future__ import annotations

import csv
import importlib.util
import sys
from typing import TYPE_CHECKING, Final

from grader.installed import is_installed, plain, told_of
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
    wanted = {plain(name) for name in libraries} - set(USUAL)
    return tuple(sorted({module for name in wanted for module in _modules(name)}))


def _modules(name: str) -> Iterator[str]:
    """Yield the modules of one distribution; the others are slow to look through."""
    for module in told_of(name, "top_level.txt").split() or _recorded(name):
        own = module.removesuffix(".py")
        if own.isidentifier() and not own.startswith("_"):
            yield own


def _recorded(name: str) -> set[str]:
    """Return what lies at the top of a distribution's files."""
    record = csv.reader(told_of(name, "RECORD").splitlines())
    return {row[0].partition("/")[0] for row in record if row}


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
    from importlib.metadata import packages_distributions

    known = {*sys.stdlib_module_names, *packages_distributions()}
    return [
        f"{path}: preload: no module `{name}`.{did_you_mean(name, known)}"
        for name in missing
    ]


def library_problems(libraries: tuple[str, ...], path: Path) -> Iterator[str]:
    """Yield what is wrong with the list of libraries that the handout promises."""
    for name in libraries:
        if plain(name) not in BARS and not is_installed(name):
            from importlib.metadata import distributions

            known = {each.metadata["Name"] or "" for each in distributions()}
            yield (
                f"{path}: libraries: `{name}` is not installed here."
                f"{did_you_mean(name, known)} Install it where you grade, or take it "
                f"from the list."
            )
