"""What is installed here: libraries, and what packages add to the kit by entry point.

The names of folders tell most of it. To ask the standard library takes a tenth of a
second, and it opens every package.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OURS: Final = "torch-grader"
_ENDINGS: Final = (".dist-info", ".egg-info")
_FILE: Final = "entry_points.txt"
# How each of our groups begins, as such a file names it.
_GROUPS: Final = b"[grader."
_VERSIONED: Final = re.compile(r"-([^-/]+)\.dist-info\Z")
_SEPARATORS: Final = re.compile(r"[-_.]+")


class AddOn(NamedTuple):
    """Something that is loaded when it is needed: `package.module:thing`."""

    name: str
    value: str

    def load(self) -> Any:  # noqa: ANN401 - whoever asks knows what it is
        """Return the thing.

        Raises:
            ImportError: there is no such module, or it cannot be imported.
            AttributeError: it is not in the module.
        """
        module, _, thing = self.value.partition(":")
        found: object = importlib.import_module(module)
        return functools.reduce(getattr, thing.split("."), found)


def add_ons(group: str, ours: Mapping[str, str]) -> dict[str, AddOn]:
    """Return all of a group by name, ours first; nobody else's takes a name of ours.

    Args:
        group: the entry points' group.
        ours: our own, each by its name.
    """
    found = {name: AddOn(name, value) for name, value in ours.items()}
    for other in _others(group):
        found.setdefault(other.name, other)
    return found


def is_installed(name: str) -> bool:
    """Return whether a distribution is installed, however its name is written."""
    if plain(name) in _named(tuple(sys.path)):
        return True
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(name)
    except (PackageNotFoundError, ValueError):
        return False
    return True


def version(name: str) -> str:
    """Return the version of a distribution that is installed.

    Raises:
        importlib.metadata.PackageNotFoundError: it is not.
    """
    for folder in _named(tuple(sys.path)).get(plain(name), ()):
        found = _VERSIONED.search(folder)
        if found is not None:
            return found[1]
    from importlib import metadata

    return metadata.version(name)


def told_of(name: str, file: str) -> str:
    """Return what a file says that describes a distribution; empty without it."""
    for folder in _named(tuple(sys.path)).get(plain(name), ()):
        with contextlib.suppress(OSError):
            return Path(folder, file).read_text(encoding="utf-8", errors="replace")
    return ""


def plain(name: str) -> str:
    """Return a distribution's name as all its spellings are compared."""
    return _SEPARATORS.sub("-", name).lower()


def _others(group: str) -> Iterator[AddOn]:
    """Yield what installed packages add to a group."""
    if not _some_add(tuple(sys.path)):
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=group):
        yield AddOn(point.name, f"{point.module}:{point.attr}")


@functools.lru_cache(maxsize=4)
def _some_add(path: tuple[str, ...]) -> bool:
    """Return whether a package of others may add something to the kit."""
    if any(map(os.path.isfile, path)):
        return True  # packages in an archive
    for name, folders in _named(path).items():
        for folder in folders if name != _OURS else ():
            with contextlib.suppress(OSError):
                if _GROUPS in Path(folder, _FILE).read_bytes():
                    return True
    return False


@functools.lru_cache(maxsize=4)
def _named(path: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the folders that describe what is installed, by distribution."""
    found: dict[str, list[str]] = {}
    for folder in path:
        with contextlib.suppress(OSError):
            for name in os.listdir(folder or os.curdir):  # noqa: PTH208 - names will do
                if name.endswith(_ENDINGS):
                    whole = os.path.join(folder, name)  # noqa: PTH118 - there are many
                    own = name.rpartition(".")[0].partition("-")[0]
                    found.setdefault(plain(own), []).append(whole)
    return found
