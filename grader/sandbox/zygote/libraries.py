"""Which files a worker may read: the interpreter's libraries, named one by one.

Landlock can only allow, so a folder is allowed only when nothing else can live in it:
never site-packages or the interpreter's lib folder as a whole, which may hold a
course, its hidden checks, or another project's files.
"""

from __future__ import annotations

import functools
import re
import sys
import sysconfig
import zoneinfo
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType

STUDENT_NEEDS: Final = ("torch", "numpy", "matplotlib", "ipython")
"""The distributions that any exercise may import; `preload` adds a course's own."""

_SHARED_NAMES: Final = frozenset({"site-packages", "dist-packages"})
"""Names inside the library folder under which other people's files live."""

_SHARED: Final = _SHARED_NAMES | {"__pycache__"}

_DEBIAN: Final = Path("/usr/lib/python3/dist-packages")
"""Where Debian's interpreter looks for packages, outside of its own library."""

_OURS: Final = frozenset({"grader"})
"""Never readable, wherever it is installed."""


def stdlib_paths() -> list[Path]:
    """Return every entry of the standard library's folders, without site-packages."""
    return sorted(
        entry
        for folder in stdlib_folders()
        for entry in folder.iterdir()
        if entry.name not in _SHARED
    )


def stdlib_folders() -> list[Path]:
    """Return the folders of the standard library, which may hold site-packages too."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    names = ("stdlib", "platstdlib")
    folders = {Path(sysconfig.get_path(name, vars=base)) for name in names}
    return sorted(folder for folder in folders if folder.is_dir())


def shared_folders() -> list[Path]:
    """Return the folders inside the library that may hold other people's files."""
    inside = (
        folder / name for folder in stdlib_folders() for name in sorted(_SHARED_NAMES)
    )
    return [folder for folder in (*inside, _DEBIAN) if folder.is_dir()]


def time_zone_paths() -> list[Path]:
    """Return the folders of the system's time zones, which zoneinfo needs."""
    return [Path(folder) for folder in zoneinfo.TZPATH if Path(folder).is_dir()]


def site_folders() -> list[Path]:
    """Return the folders in which packages are installed."""
    return sorted({Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")})


def distribution_paths(names: Iterable[str]) -> list[Path]:
    """Return the paths that these distributions and their requirements installed."""
    paths: set[Path] = set()
    for distribution in _closure(names):
        record = (distribution.read_text("RECORD") or "").splitlines()
        # A large library lists thousands of files below a few names.
        tops = {line.strip('"').split("/", 1)[0].split(",", 1)[0] for line in record}
        paths |= {
            Path(str(distribution.locate_file(top)))
            for top in tops
            if top and top != ".." and not top.endswith(".pth")
        }
    return sorted(path for path in paths if _may_be_read(path))


def module_names(paths: Iterable[Path]) -> list[str]:
    """Return the names under which these entries of site-packages are imported."""
    return sorted({re.split(r"[-.]", path.name, maxsplit=1)[0] for path in paths})


def module_paths(modules: Iterable[ModuleType]) -> list[Path]:
    """Return the installed packages that loaded modules came from.

    This finds distributions without a RECORD, which Linux distributions ship.
    """
    sites = _all_site_folders()
    paths: set[Path] = set()
    for module in modules:
        file = getattr(module, "__file__", None)
        if not isinstance(file, str):
            continue
        for site in sites:
            if Path(file).is_relative_to(site):
                paths.add(site / Path(file).relative_to(site).parts[0])
    return sorted(path for path in paths if _may_be_read(path))


def foreign_modules(
    modules: Iterable[ModuleType], readable: Iterable[Path]
) -> list[str]:
    """Return the names of loaded modules whose file is outside the readable paths."""
    allowed = tuple(readable)
    names = []
    for module in modules:
        file = getattr(module, "__file__", None)
        # torch.ops and torch.classes name a file that does not exist.
        real = isinstance(file, str) and Path(file).is_absolute()
        if real and not _is_inside(Path(str(file)), allowed):
            names.append(module.__name__)
    return sorted(names)


def _is_inside(path: Path, folders: tuple[Path, ...]) -> bool:
    """Return whether a path is one of the folders or below one."""
    return not {path, *path.parents}.isdisjoint(folders)


def _all_site_folders() -> list[Path]:
    """Return site-packages, and the system's folder of a Debian interpreter."""
    return [*site_folders(), *([_DEBIAN] if _DEBIAN.is_dir() else [])]


def _may_be_read(path: Path) -> bool:
    """Return whether an entry of site-packages exists and is not the kit itself."""
    name = re.split(r"[-.]", path.name, maxsplit=1)[0]
    return path.name not in _SHARED and name not in _OURS and path.exists()


def _closure(names: Iterable[str]) -> list[metadata.Distribution]:
    """Return the installed distributions of these names and their requirements.

    A name may be a module's, too: `sklearn` comes with scikit-learn.
    """
    found: dict[str, metadata.Distribution] = {}
    waiting = [(name, True) for name in names]
    while waiting:
        written, wanted = waiting.pop()
        name = re.sub(r"[-_.]+", "-", written).lower()
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            # A requirement may be optional, or of another platform.
            brought = _brought_by().get(written, []) if wanted else []
            waiting += [(each, False) for each in brought]
            continue
        for requirement in found[name].requires or ():
            match = re.match(r"[\w.-]+", requirement)
            if match and "extra ==" not in requirement:
                waiting.append((match[0], False))
    return list(found.values())


@functools.cache
def _brought_by() -> Mapping[str, list[str]]:
    """Return the distributions that bring each module."""
    return metadata.packages_distributions()
