"""What lies in a student's folder, at any depth; links are seen and not followed."""

from __future__ import annotations

import enum
import itertools
import os
import stat
from collections import deque
from pathlib import Path

import msgspec

from grader.errors import UsageError
from grader.text import clean_line

MAX_ENTRIES = 10_000
PLACE_CAP = 200
_SKIPPED = frozenset({"__pycache__", "__MACOSX"})


class Kind(enum.Enum):
    """What an entry of a folder is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


class Found(msgspec.Struct, frozen=True):
    """One thing found: `name` as it is on disk, `place` cleaned, from the start."""

    path: Path
    name: str
    place: str
    kind: Kind
    modified_ns: int = 0
    size_bytes: int = 0


def entries(folder: Path, start: Path, most: int | None = None) -> list[Found]:
    """Return what lies in one folder, sorted by name; hidden things are left out.

    Args:
        folder: the folder to look into.
        start: the folder that places are counted from.
        most: look at no more names than that.

    Raises:
        UsageError: the folder may not be read.
        OSError: it is gone, or deeper than the system can name.
    """
    try:
        with os.scandir(folder) as scan:
            names = sorted(entry.name for entry in itertools.islice(scan, most))
    except PermissionError as error:
        raise UsageError(
            f"{clean_line(str(folder), PLACE_CAP)}: expected a folder that can be "
            f"read, got: permission denied. Let whoever grades read it."
        ) from error
    shown = [n for n in names if not n.startswith(".") and n not in _SKIPPED]
    return [_found(folder / name, start) for name in shown]


def walk(start: Path) -> tuple[list[Found], bool]:
    """Return what lies below a folder, nearer things first, and whether that is all.

    Raises:
        UsageError: a folder may not be read.
    """
    pending = deque([start])
    things: list[Found] = []
    complete = True
    while pending and len(things) <= MAX_ENTRIES:
        try:
            here = entries(pending.popleft(), start, MAX_ENTRIES + 1)
        except OSError:
            complete = False
            continue
        things += here
        pending += [thing.path for thing in here if thing.kind is Kind.FOLDER]
    return things[:MAX_ENTRIES], complete and len(things) <= MAX_ENTRIES


def _found(path: Path, start: Path) -> Found:
    place = clean_line(path.relative_to(start).as_posix(), PLACE_CAP)
    try:
        status = path.lstat()
    except OSError:
        return Found(path, path.name, place, Kind.OTHER)
    return Found(
        path,
        path.name,
        place,
        _kind(status.st_mode),
        status.st_mtime_ns,
        status.st_size,
    )


def _kind(mode: int) -> Kind:
    if stat.S_ISLNK(mode):
        return Kind.LINK
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.FILE if stat.S_ISREG(mode) else Kind.OTHER
