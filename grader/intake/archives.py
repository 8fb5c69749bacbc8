"""Unpacks zip and tar archives, which are hostile, into a folder that is ours alone.

Nothing is written outside that folder, no link or device is made, and no more is
written than a limit allows. A member that is refused is named, and the others are read.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import os
import stat
import struct
import tarfile
import time
import unicodedata
import zipfile
import zlib
from collections import Counter
from typing import IO, TYPE_CHECKING, NamedTuple

from grader.files import is_the_machine_s
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MEGABYTE = 1024 * 1024
NAME_CAP = 200
_CHUNK = 64 * 1024
_RATIO = 200
_DEPTH = 30
# A longer name is none that a file can have.
_LONGEST_PART = 255
_LONGEST_NAME = 4096
# How much the list of a ZIP's members takes for each, with a long name and more.
_LISTED_BYTES = 512
_TOLD = 10
_ENCRYPTED = 0x1
_UTF_8 = 0x800
_FORGIVEN = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
# What the readers of archives raise for bytes that no archive has.
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError),
)


class UnpackLimits(NamedTuple):
    """How much may be unpacked: bytes of all files and of one, and how many."""

    total_bytes: int
    file_bytes: int
    members: int


WHOLE_CLASS = UnpackLimits(4096 * MEGABYTE, 256 * MEGABYTE, 200_000)
ONE_STUDENT = UnpackLimits(128 * MEGABYTE, 32 * MEGABYTE, 5_000)


class BrokenArchiveError(Exception):
    """The archive cannot be read to its end; what came before is unpacked."""


class Unpacked(NamedTuple):
    """What came of an archive: sentences on what was refused, and why it ended.

    `broken` is empty where the archive was read to its end.
    """

    refused: tuple[str, ...]
    broken: str


class _Member(NamedTuple):
    """One member: its name, when it was saved, and why it is not a plain file."""

    name: str
    modified: float
    odd: str
    is_folder: bool
    opened: Callable[[], IO[bytes] | None]


def unpack(file: IO[bytes], into: Path, limits: UnpackLimits) -> Unpacked:
    """Unpack an archive into a folder that is empty and nobody else's.

    Args:
        file: the archive, open.
        into: the folder; it is made.
        limits: how much may be unpacked.
    """
    into.mkdir(parents=True, mode=0o700)
    writer = _Writer(into, limits)
    broken = ""
    try:
        with _members(file, limits) as members:
            for member in members:
                writer.take(member)
    except BrokenArchiveError as error:
        broken = str(error)
    except _BROKEN as error:
        if is_the_machine_s(error):
            raise
        broken = f"it is damaged ({clean_line(str(error), NAME_CAP) or 'its end'})"
    more = len(writer.refused) - _TOLD
    told = [*writer.refused[:_TOLD], *([f"{more} more were refused"] * (more > 0))]
    return Unpacked(tuple(told), broken)


class _Writer:
    """Writes members below a folder, and notes those that it refuses."""

    def __init__(self, into: Path, limits: UnpackLimits) -> None:
        self._into = into
        self._limits = limits
        self._written = 0
        self._seen = 0
        self._taken: set[str] = set()
        self._copies: Counter[str] = Counter()
        self.refused: list[str] = []

    def take(self, member: _Member) -> None:
        """Write one member, or refuse it."""
        self._seen += 1
        if self._seen > self._limits.members:
            most = self._limits.members
            raise BrokenArchiveError(f"it holds more than {most} files")
        parts = tuple(p for p in member.name.replace("\\", "/").split("/") if p != ".")
        if _FORGIVEN & set(parts):
            return
        wrong = _wrong_name(member.name, parts) or member.odd
        if wrong:
            self._refuse(member, wrong)
            return
        clean = [_clean(part) for part in parts if part]
        try:
            self._write(member, clean)
        except _BROKEN as error:
            if is_the_machine_s(error):
                raise
            # One member may be damaged, and the next may be whole.
            self._refuse(member, f"it is damaged ({clean_line(str(error), 100)})")

    def _write(self, member: _Member, parts: list[str]) -> None:
        if not parts:
            return
        folder = self._into.joinpath(*parts if member.is_folder else parts[:-1])
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if member.is_folder:
            return
        source = member.opened()
        if source is None:
            self._refuse(member, "it is not a file")
            return
        name = self._free(folder, parts[-1], member)
        path = folder / name
        with source, path.open("xb") as target:
            if not self._copy(source, target):
                size = self._limits.file_bytes // MEGABYTE
                self._refuse(member, f"it is larger than {size} MB")
        os.utime(path, (member.modified, member.modified))

    def _copy(self, source: IO[bytes], target: IO[bytes]) -> bool:
        """Copy, and return whether it was no more than one file may be."""
        size = 0
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            self._written += len(chunk)
            if self._written > self._limits.total_bytes:
                most = self._limits.total_bytes // MEGABYTE
                raise BrokenArchiveError(f"it unpacks to more than {most} MB")
            if size > self._limits.file_bytes:
                target.truncate(0)
                return False
            target.write(chunk)
        return True

    def _free(self, folder: Path, name: str, member: _Member) -> str:
        """Return the name, or the name of a copy where it is taken."""
        stem, dot, ending = name.rpartition(".")
        if not stem:
            stem, dot, ending = name, "", ""
        free = name
        first = key = _alike(folder / name)
        while key in self._taken:
            self._copies[first] += 1
            free = f"{stem} ({self._copies[first] + 1}){dot}{ending}"
            key = _alike(folder / free)
        if free != name:
            self.refused.append(
                f"{_shown(member.name)} is there twice, or differs in case only; the "
                f"second is read as {_shown(free)}"
            )
        self._taken.add(key)
        return free

    def _refuse(self, member: _Member, why: str) -> None:
        self.refused.append(f"{_shown(member.name)} was not unpacked: {why}")


def _alike(path: Path) -> str:
    """Return a path as file systems see it that do not tell case or accents apart."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def _shown(name: str) -> str:
    return clean_line(name, NAME_CAP) or "a file without a name"


def _clean(part: str) -> str:
    """Return one part of a path without what no file name should hold."""
    return "".join(c if c.isprintable() else "_" for c in part)


def _wrong_name(name: str, parts: tuple[str, ...]) -> str:
    """Return why nothing may be written under this name, or ""."""
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        return "its path is absolute"
    if ".." in parts:
        return "its path leads out of the archive"
    if len(name) > _LONGEST_NAME or max(map(len, parts), default=0) > _LONGEST_PART:
        return "its name is longer than that of any file"
    if len(parts) > _DEPTH:
        return f"it lies in more than {_DEPTH} folders"
    return ""


@contextlib.contextmanager
def _members(file: IO[bytes], limits: UnpackLimits) -> Iterator[Iterator[_Member]]:
    """Yield the members of an archive, whichever kind it is: its first bytes tell."""
    start = file.read(4)
    file.seek(0)
    if start[:2] == b"PK":
        _check_list(file, limits)
        with zipfile.ZipFile(file) as archive:
            yield _of_zip(archive, _size(file))
        return
    capped = _Capped(_decompressed(file, start), limits.total_bytes)
    with tarfile.open(fileobj=capped, mode="r|") as tar:  # type: ignore[call-overload] # it has the one method that a stream needs
        yield _of_tar(tar)


def _check_list(file: IO[bytes], limits: UnpackLimits) -> None:
    """Refuse a ZIP whose list of members is too long, before it is read as a whole.

    Raises:
        BrokenArchiveError: it is.
    """
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # noqa: SLF001 - what `ZipFile` goes by
    file.seek(0)
    if end and end[zipfile._ECD_SIZE] > limits.members * _LISTED_BYTES:  # type: ignore[attr-defined]  # noqa: SLF001
        raise BrokenArchiveError(f"it holds more than {limits.members} files")


def _decompressed(file: IO[bytes], start: bytes) -> object:
    if start.startswith(b"\x1f\x8b"):
        return gzip.open(file)
    if start.startswith(b"BZ"):
        return bz2.open(file)
    return lzma.open(file) if start.startswith(b"\xfd7") else file


def _size(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


class _Capped:
    """A stream of which no more is read than a limit: no header makes it read more."""

    def __init__(self, stream: object, most: int) -> None:
        self._stream = stream
        self._left = most + 1

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            BrokenArchiveError: they are more than the limit.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        data: bytes = self._stream.read(wanted)  # type: ignore[attr-defined] # a file or a decompressor
        self._left -= len(data)
        if not self._left:
            raise BrokenArchiveError("it unpacks to more than is read")
        return data


def _of_zip(archive: zipfile.ZipFile, size: int) -> Iterator[_Member]:
    infos = archive.infolist()
    declared = sum(info.file_size for info in infos)
    if declared > max(_RATIO * size, 16 * MEGABYTE):
        raise BrokenArchiveError(
            f"it claims to unpack to {declared // MEGABYTE} MB, more than {_RATIO} "
            f"times its size"
        )
    for info in infos:
        yield _zipped(archive, info)


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    mode = info.external_attr >> 16
    odd = ""
    if info.flag_bits & _ENCRYPTED:
        odd = "it is protected by a password"
    elif mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        odd = "it is a link" if stat.S_ISLNK(mode) else "it is not a file"
    return _Member(
        name=_decoded(info),
        modified=_time(info),
        odd=odd,
        is_folder=info.is_dir(),
        opened=lambda: archive.open(info),
    )


def _decoded(info: zipfile.ZipInfo) -> str:
    """Return a member's name; old programs do not say in which encoding it is.

    It is UTF-8 if it can be, then DOS's cp437, unless Windows's gives letters of Latin
    scripts where that one gives others.
    """
    name = info.orig_filename
    if info.flag_bits & _UTF_8 or len(name) > _LONGEST_NAME:
        return name
    try:
        raw = name.encode("cp437")
        return raw.decode("utf-8")
    except UnicodeEncodeError:
        return name
    except UnicodeDecodeError:
        western = raw.decode("cp1252", "replace")
        return western if _is_latin(western) and not _is_latin(name) else name


def _is_latin(text: str) -> bool:
    return all(
        sign.isascii() or unicodedata.name(sign, "").startswith("LATIN")
        for sign in text
    )


def _time(info: zipfile.ZipInfo) -> float:
    """Return when a member was saved; archives write the local time."""
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0


def _of_tar(tar: tarfile.TarFile) -> Iterator[_Member]:
    for info in tar:
        odd = "" if info.isreg() or info.isdir() else "it is not a file"
        if info.issym() or info.islnk():
            odd = "it is a link"
        yield _Member(
            name=info.name.encode("utf-8", "replace").decode(),
            modified=min(max(float(info.mtime), 0.0), 2.0**32),
            odd=odd,
            is_folder=info.isdir(),
            opened=lambda info=info: tar.extractfile(info),  # type: ignore[misc] # mypy does not see the default
        )
