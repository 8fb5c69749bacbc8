"""Writes files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from itertools import chain
from typing import TYPE_CHECKING

from grader.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import IO


# Errors that come of the machine, and not of a name or of what a file holds.
_MACHINE = frozenset(
    getattr(errno, name)
    for name in (
        *("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EIO", "EMFILE", "ENFILE", "ENOMEM"),
    )
    if hasattr(errno, name)
)
_OWNERS_ALONE = 0o600
_FOR_ALL = 0o666
_OTHERS = 0o077
_AS_IT_IS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_ANEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_IT_IS
# A file that is smaller is made in memory, and written only if it is another.
_IN_MEMORY = 1024 * 1024


def write_atomically(
    path: Path, content: bytes, *, durable: bool = True, private: bool = False
) -> None:
    """Write a file so that nobody ever finds half of it, even if the run is killed.

    The folder is made if it is missing. An existing file stays as it is until the new
    one is complete, and stays if this fails or if it says the same and nobody may read
    it who should not.

    Args:
        path: the file.
        content: all of its content.
        durable: whether it is on the disk when this returns, should the power fail;
            that takes some milliseconds.
        private: whether only its owner may read it; otherwise the umask says who.

    Raises:
        OSError: the folder or the file could not be written.
    """
    if _says(path, content, private=private):
        return
    with _partial(path, private=private) as (file, partial):
        file.write(content)
        file.flush()
        if durable:
            os.fsync(file.fileno())
        partial.replace(path)


def write_pieces(path: Path, pieces: Iterator[bytes], *, private: bool = False) -> str:
    """Write a file of any size as `write_atomically` does; return its digest.

    Args:
        path: the file.
        pieces: its content, in pieces that need not be in memory together.
        private: whether only its owner may read it.

    Raises:
        OSError: the folder or the file could not be written.
    """
    begun = bytearray()
    for piece in pieces:
        begun += piece
        if len(begun) > _IN_MEMORY:
            break
    else:
        write_atomically(path, bytes(begun), durable=False, private=private)
        return hashlib.sha256(begun).hexdigest()
    return _write_large(path, chain((bytes(begun),), pieces), private=private)


def _write_large(path: Path, pieces: Iterable[bytes], *, private: bool) -> str:
    """Write a file that is not held in memory; return its digest."""
    digest = hashlib.sha256()
    with _partial(path, private=private) as (file, partial), _there(path) as old:
        same = old is not None and not (private and _is_open(path))
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
            same = same and old is not None and old.read(len(piece)) == piece
        file.flush()
        if not (same and old is not None and not old.read(1)):
            partial.replace(path)
    return digest.hexdigest()


@contextlib.contextmanager
def _partial(path: Path, *, private: bool) -> Iterator[tuple[IO[bytes], Path]]:
    """Yield a new file in a file's folder, and its name; it is gone if it keeps it."""
    # Random, so that two runs into one folder never share a half-written file.
    partial = path.with_name(f".{os.urandom(8).hex()}.part")
    try:
        mode = _OWNERS_ALONE if private else _FOR_ALL
        try:
            descriptor = os.open(partial, _ANEW, mode)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(partial, _ANEW, mode)
        with os.fdopen(descriptor, "wb") as file:
            yield file, partial
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _there(path: Path) -> Iterator[IO[bytes] | None]:
    """Yield a file that is there, open for reading; None where none can be read."""
    try:
        file = path.open("rb")
    except OSError:
        yield None
        return
    with file:
        yield file


def _says(path: Path, content: bytes, *, private: bool) -> bool:
    """Return whether a file says this already, to nobody who should not read it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _AS_IT_IS)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        found = os.fstat(descriptor)
        if found.st_size != len(content) or (private and _lets_others(found)):
            return False
        try:
            return file.readall() == content
        except OSError:
            return False


def _lets_others(found: os.stat_result) -> bool:
    return os.name == "posix" and bool(found.st_mode & _OTHERS)


def _is_open(path: Path) -> bool:
    """Return whether others than its owner may do anything with a file."""
    return _lets_others(path.stat())


def is_the_machine_s(error: BaseException) -> bool:
    """Return whether an error tells of a full disk or the like, not of a file."""
    return isinstance(error, OSError) and error.errno in _MACHINE


def write_or_tell(path: Path, content: bytes, advice: str) -> None:
    """Write a file that somebody asked for, as `write_atomically` does.

    Args:
        path: the file.
        content: all of its content.
        advice: what to do if it cannot be written, as a sentence.

    Raises:
        OperatorError: it could not be written.
    """
    try:
        write_atomically(path, content)
    except OSError as error:
        raise OperatorError(
            f"{path}: expected to write it, got an error: {error.strerror}. {advice}"
        ) from error
