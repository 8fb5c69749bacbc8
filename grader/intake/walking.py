"""Finds what lies in a student's folder, at any depth; links are never followed.

Everything is opened step by step from the submissions folder's descriptor, and each
step refuses links: swapping a file for a link while the class is read gains nothing.
"""

from __future__ import annotations

import enum
import itertools
import os
import stat
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import msgspec

from grader.errors import UsageError
from grader.intake.reading import read_opened
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES = 10_000
MAX_DEPTH = 40
PLACE_CAP = 200
_SKIPPED = frozenset({"__pycache__", "__MACOSX", "site-packages", "node_modules"})
# Hidden, but in place of a file that is not: `.autograd.ipynb.icloud`.
_CLOUD_S = ".icloud"
COPIES = ".ipynb_checkpoints"
"""Where Jupyter keeps its own copies, hidden, too."""
# What their names hold.
_COPY = "-checkpoint."


class EntryKind(enum.Enum):
    """What an entry of a folder is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


class Found(msgspec.Struct, frozen=True):
    """One thing found: `parts` lead to it from `root`, as they are on disk.

    `place` is cleaned, and counted from the folder that was looked into. `called` is
    the name without what a platform put around it; `inside` is what was unpacked from
    an archive, and is gone when the run has ended.
    """

    root: Path
    parts: tuple[str, ...]
    place: str
    kind: EntryKind
    called: str = ""
    inside: bool = False

    @property
    def name(self) -> str:
        """The name that the student gave it."""
        return self.called or self.parts[-1]

    @property
    def path(self) -> Path:
        """Where it is, for people; nothing is opened by this path."""
        return self.root.joinpath(*self.parts)

    @property
    def depth(self) -> int:
        """How many folders lie between the root and it."""
        return len(self.parts)


class Walked(NamedTuple):
    """What lies below a folder, nearer things first.

    `refused` are the folders that may not be read. It is `complete` unless there is
    more than is looked at.
    """

    things: list[Found]
    refused: list[str]
    complete: bool


class Content(NamedTuple):
    """What a file holds, and when that was saved."""

    data: bytes
    modified_ns: int


def entries(root: Path) -> list[Found]:
    """Return what lies in a submissions folder itself, sorted by name.

    Raises:
        UsageError: it may not be read.
    """
    try:
        return _entries(root, (), 0, None)
    except OSError as error:
        raise UsageError(
            f"{clean_line(str(root), PLACE_CAP)}: expected a folder that can be read, "
            f"got an error: {error.strerror}. Let whoever grades read it."
        ) from error


def below(folder: Found) -> list[Found]:
    """Return what lies in a folder that was found, sorted by name.

    Raises:
        OSError: it may not be read, or is no longer a folder.
    """
    return _entries(folder.root, folder.parts, len(folder.parts), MAX_ENTRIES)


def walk(root: Path, *folder: str, copies: bool = False) -> Walked:
    """Return what lies below one student's folder.

    Args:
        root: the submissions folder.
        folder: what leads from it to the student's folder, as it is on disk.
        copies: whether to look at the copies that Jupyter keeps, too.
    """
    pending: deque[tuple[str, ...]] = deque([folder])
    start = len(folder)
    walked = Walked([], [], complete=True)
    complete = True
    while pending and len(walked.things) <= MAX_ENTRIES:
        parts = pending.popleft()
        try:
            here = _entries(root, parts, start, MAX_ENTRIES + 1, copies=copies)
        except PermissionError:
            walked.refused.append(_place(parts[start:]) or _place(folder[-1:]))
            continue
        except OSError:
            complete = False
            continue
        walked.things.extend(here)
        deeper = [thing.parts for thing in here if thing.kind is EntryKind.FOLDER]
        complete = complete and not (deeper and len(parts) >= MAX_DEPTH)
        pending += deeper if len(parts) < MAX_DEPTH else []
    enough = len(walked.things) <= MAX_ENTRIES
    return Walked(walked.things[:MAX_ENTRIES], walked.refused, complete and enough)


def read(found: Found) -> Content:
    """Return the content of a file that was found before.

    Raises:
        StudentError: it is too large.
        OSError: it may not be read, or is no longer a file.
    """
    file = _descriptor(found)
    modified_ns = os.fstat(file).st_mtime_ns
    return Content(read_opened(file, found.place), modified_ns)


def read_into(found: Found) -> IO[bytes]:
    """Return a file that was found before, open, however large it is.

    Raises:
        OSError: it may not be read, or is no longer a file.
    """
    file = open(_descriptor(found), "rb")  # noqa: SIM115 - the caller closes it
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise IsADirectoryError(0, "not a file")
    return file


def _descriptor(found: Found) -> int:
    with _opened(found.root, found.parts[:-1]) as folder:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(found.parts[-1], flags, dir_fd=folder)


@contextmanager
def _opened(root: Path, parts: tuple[str, ...]) -> Iterator[int]:
    """Yield the descriptor of a folder below the root, reached without any link."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    folder = os.open(root, flags)
    try:
        for part in parts:
            below = os.open(part, flags | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = below
        yield folder
    finally:
        os.close(folder)


def _entries(
    root: Path,
    parts: tuple[str, ...],
    start: int,
    most: int | None,
    *,
    copies: bool = False,
) -> list[Found]:
    """Return what lies in one folder, sorted by name; hidden things are left out.

    Args:
        root: the submissions folder.
        parts: what leads from it to the folder.
        start: how many of these parts no place begins with.
        most: look at no more names than that.
        copies: as in `walk`.

    Raises:
        OSError: the folder may not be read, or is gone.
    """
    with _opened(root, parts) as folder, os.scandir(folder) as scan:
        kinds = {e.name: _kind(e) for e in itertools.islice(scan, most)}
    return [
        Found(root, (*parts, n), _place((*parts[start:], n)), kinds[n])
        for n in sorted(kinds)
        if n not in _SKIPPED and (not _is_hidden(n) or (copies and n == COPIES))
        if COPIES not in parts[-1:] or _COPY in n
    ]


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and not name.endswith(_CLOUD_S)


def _place(parts: tuple[str, ...]) -> str:
    return clean_line("/".join(parts), PLACE_CAP)


def _kind(entry: os.DirEntry[str]) -> EntryKind:
    """Return what an entry is, as its folder says; mostly no file is looked at."""
    try:
        if entry.is_symlink():
            return EntryKind.LINK
        if entry.is_dir(follow_symlinks=False):
            return EntryKind.FOLDER
        is_file = entry.is_file(follow_symlinks=False)
    except OSError:
        return EntryKind.OTHER
    return EntryKind.FILE if is_file else EntryKind.OTHER
