"""A scratch space: the files that a program writes, in its own memory.

Nothing of it is a file to the system: the wall stays as it is, no other worker can see
it, and it is gone with its worker. It has the folder that the program runs in, the
folder for temporary files, and every path whose folder this machine has not; whatever
else is written meets the system, which refuses it.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import posixpath
import stat
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME: Final = "/home/student"
TEMPORARY: Final = "/tmp"  # noqa: S108 - in memory, and no other program's
BYTES_CAP: Final = 64 << 20
ENTRIES_CAP: Final = 1000

_FULL: Final = f"the scratch space where this is graded holds {BYTES_CAP >> 20} MB"
_CROWDED: Final = f"the scratch space where this is graded holds {ENTRIES_CAP} files"
_REFUSED: Final = (
    "files can only be written to the program's own folder and to /tmp where this is "
    "graded"
)

_NO_DESCRIPTOR: Final = (
    "the system does not know this file where this is graded: only Python reads and "
    "writes it"
)

Path = str | bytes | os.PathLike[str] | os.PathLike[bytes]

_real_stat: Final = os.stat


class Node:
    """A file's bytes, and when they were last written."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.data = bytearray()
        self.when = time.time()


class Space:
    """Files and folders by their absolute paths.

    Args:
        bytes_cap: how many bytes all files have together.
        entries_cap: how many files and folders there are.
    """

    def __init__(
        self, bytes_cap: int = BYTES_CAP, entries_cap: int = ENTRIES_CAP
    ) -> None:
        self.cwd = HOME
        self.files: dict[str, Node] = {}
        self._folders: dict[str, int] = {}
        self._bytes_left = bytes_cap
        self._entries_left = entries_cap
        self._numbers = itertools.count(1)
        for folder in (*_above(HOME), HOME, *_above(TEMPORARY), TEMPORARY):
            self._folders[folder] = next(self._numbers)

    def place(self, path: Path) -> str:
        """Return a path as it is kept: absolute, and without detours."""
        text = posixpath.join(self.cwd, os.fsdecode(path))
        # POSIX leaves the meaning of two slashes at the beginning open.
        return "/" + posixpath.normpath(text).lstrip("/")

    def holds(self, place: str) -> bool:
        """Return whether there is such a file or folder of the program's own."""
        return place in self.files or self.is_folder(place)

    def is_folder(self, place: str) -> bool:
        """Return whether there is such a folder; the root is the system's."""
        return place in self._folders and place not in _SYSTEM

    def may_hold(self, place: str) -> bool:
        """Return whether a program may write there: its own place, or nobody's."""
        above = posixpath.dirname(place)
        if self.is_folder(above) or place.startswith((f"{HOME}/", f"{TEMPORARY}/")):
            return True
        try:
            _real_stat(above)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return False

    def opened(self, path: Path, flags: int) -> Raw | None:
        """Return an open file; None for one that only the system may have.

        Args:
            path: the program's own word for it.
            flags: those of `os.open`.

        Raises:
            OSError: the program may not have it so.
        """
        place = self.place(path)
        if place == os.devnull and flags & (os.O_WRONLY | os.O_RDWR):
            return _Nothing(self, Node(0), flags, path)
        node = self.files.get(place)
        if self.is_folder(place):
            if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR) and not flags & _NAMELESS:
                raise _error(errno.EISDIR, path)
            return None
        if node is None:
            if not flags & os.O_CREAT:
                return None
            node = self._created(place, path)
        elif flags & os.O_EXCL and flags & os.O_CREAT:
            raise _error(errno.EEXIST, path)
        if flags & os.O_TRUNC:
            self.resize(node, 0)
        return Raw(self, node, flags, path)

    def resize(self, node: Node, size: int) -> None:
        """Let a file have this size: cut it, or fill it up with zeros."""
        more = size - len(node.data)
        if more > self._bytes_left:
            raise OSError(errno.ENOSPC, _FULL)
        if more > 0:
            node.data.extend(bytes(more))
        else:
            del node.data[size:]
        self._bytes_left -= more
        node.when = time.time()

    def stat(self, place: str) -> os.stat_result:
        """Return what the system would tell of a file or folder."""
        node = self.files.get(place)
        if node is None:
            number, mode, size, when = (
                self._folders[place],
                stat.S_IFDIR | 0o755,
                0,
                0.0,
            )
        else:
            number, mode = node.number, stat.S_IFREG | 0o644
            size, when = len(node.data), node.when
        whole = int(when)
        return os.stat_result((mode, number, 0, 1, 0, 0, size, whole, whole, whole))

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder."""
        start = folder.rstrip("/") + "/"
        return sorted(
            place.removeprefix(start)
            for place in (*self._folders, *self.files)
            if posixpath.dirname(place) == folder and place != folder
        )

    def make_folder(self, path: Path) -> bool:
        """Make a folder; return whether it is this space that has it."""
        place = self.place(path)
        if self.holds(place):
            raise _error(errno.EEXIST, path)
        if not self.may_hold(place):
            return False
        self._enter(place, path)
        self._folders[place] = next(self._numbers)
        return True

    def admit(self, path: Path) -> None:
        """Have a folder here, also where the system has one of this path."""
        place = self.place(path)
        if not self.holds(place):
            self._enter(place, path)
            self._folders[place] = next(self._numbers)

    def remove(self, path: Path) -> bool:
        """Remove a file; return whether there was one."""
        place = self.place(path)
        node = self.files.pop(place, None)
        if node is None:
            if self.is_folder(place):
                raise _error(errno.EISDIR, path)
            return False
        self._bytes_left += len(node.data)
        self._entries_left += 1
        return True

    def remove_folder(self, path: Path) -> bool:
        """Remove an empty folder; return whether there was one."""
        place = self.place(path)
        if not self.is_folder(place):
            return False
        if self.names(place):
            raise _error(errno.ENOTEMPTY, path)
        del self._folders[place]
        self._entries_left += 1
        return True

    def remove_all(self, path: Path) -> bool:
        """Remove a folder with all that is in it; return whether there was one."""
        place = self.place(path)
        if not self.is_folder(place):
            return False
        for inside in [each for each in self.files if each.startswith(f"{place}/")]:
            self.remove(inside)
        for inside in sorted(self._folders, key=len, reverse=True):
            if inside == place or inside.startswith(f"{place}/"):
                self.remove_folder(inside)
        return True

    def rename(self, path: Path, target: Path) -> bool:
        """Give a file or a folder another path; return whether there was one."""
        old, new = self.place(path), self.place(target)
        if not self.holds(old):
            return False
        if not self.may_hold(new):
            raise _error(errno.EACCES, target)
        if new == old:
            return True
        if new in self.files:
            self.remove(new)
        self._enter(new, target)
        self._entries_left += 1
        for entries in (self.files, self._folders):
            for place in [each for each in entries if f"{each}/".startswith(f"{old}/")]:
                entries[new + place.removeprefix(old)] = entries.pop(place)  # type: ignore[assignment]  # of one kind each
        return True

    def enter(self, path: Path) -> bool:
        """Make a folder the one that the program runs in; return whether it is here."""
        place = self.place(path)
        if not self.is_folder(place):
            return False
        self.cwd = place
        return True

    def _created(self, place: str, path: Path) -> Node:
        if not self.may_hold(place):
            raise _error(errno.EACCES, path)
        self._enter(place, path)
        node = self.files[place] = Node(next(self._numbers))
        return node

    def _enter(self, place: str, path: Path) -> None:
        """Make room for an entry, and the folders above it that are not there.

        Where a student worked there may have been such a folder.
        """
        missing = [each for each in _above(place) if each not in self._folders]
        if any(each in self.files for each in missing):
            raise _error(errno.ENOTDIR, path)
        if self._entries_left <= len(missing):
            raise OSError(errno.ENOSPC, _CROWDED)
        for each in missing:
            self._folders[each] = next(self._numbers)
        self._entries_left -= len(missing) + 1


class Raw(io.RawIOBase):
    """An open file of the scratch space.

    It has no descriptor: what asks for one takes another way or says that it cannot.
    """

    def __init__(self, space: Space, node: Node, flags: int, name: object) -> None:
        super().__init__()
        self._space = space
        self._node = node
        self._flags = flags
        self._at = 0
        self.name = name

    def fileno(self) -> int:
        """Say that there is no descriptor."""
        raise io.UnsupportedOperation(_NO_DESCRIPTOR)

    @property
    def mode(self) -> str:
        """The mode that Python would open it with."""
        if not self.readable():
            return "wb"
        return "rb+" if self.writable() else "rb"

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self._node.data)

    def readable(self) -> bool:
        """Return whether it was opened to be read."""
        return self._flags & os.O_ACCMODE != os.O_WRONLY

    def writable(self) -> bool:
        """Return whether it was opened to be written."""
        return self._flags & os.O_ACCMODE != os.O_RDONLY

    def seekable(self) -> bool:
        """Return True: it is not a pipe."""
        return True

    def readinto(self, into: Any) -> int:  # noqa: ANN401 - any buffer
        """Fill a buffer from where it stands; return with how many bytes."""
        if not self.readable():
            raise io.UnsupportedOperation("not readable")
        part = self._node.data[self._at : self._at + len(into)]
        into[: len(part)] = part
        self._at += len(part)
        return len(part)

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        """Write bytes where it stands, or at its end; return how many."""
        if not self.writable():
            raise io.UnsupportedOperation("not writable")
        part = bytes(data)
        if self._flags & os.O_APPEND:
            self._at = self.size
        end = self._at + len(part)
        if end > self.size:
            self._space.resize(self._node, end)
        self._node.data[self._at : end] = part
        self._node.when = time.time()
        self._at = end
        return len(part)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Stand somewhere else."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}
        if start[whence] + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = start[whence] + offset
        return self._at

    def tell(self) -> int:
        """Return where it stands."""
        return self._at

    def truncate(self, size: int | None = None) -> int:
        """Let it have this size, or end where it stands."""
        wanted = self._at if size is None else size
        self._space.resize(self._node, wanted)
        return wanted


class _Nothing(Raw):
    """The file that keeps nothing."""

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        """Keep nothing; return how many bytes that is."""
        return len(memoryview(data).cast("B"))


_SYSTEM: Final = frozenset({"/", "/home"})
_NAMELESS: Final = getattr(os, "O_TMPFILE", 0) & ~getattr(os, "O_DIRECTORY", 0)


def _above(place: str) -> Iterator[str]:
    """Yield the folders above a place, the outermost first."""
    parts = place.split("/")[1:-1]
    yield "/"
    for count in range(1, len(parts) + 1):
        yield "/" + "/".join(parts[:count])


def _error(number: int, path: Path) -> OSError:
    text = _REFUSED if number == errno.EACCES else os.strerror(number)
    return OSError(number, text, os.fsdecode(path))
