"""SQLite files of ours: opened, told apart from others', brought up to date."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar, Self

from grader.errors import OperatorError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

BUSY_TIMEOUT_S = 30.0
_TICK_S = 0.01
# The keys of a class of 100,000 works, and how much is put into the file at a time.
_CACHE_KB = 16 * 1024
_LOG_PAGES = 8 * 1024
# Held by the run that writes into a folder.
_HELD = ".grading"


class Store:
    """One SQLite file; a context manager that opens and closes it.

    What is written is on disk before the call returns. Several processes may use one
    file at a time. A kind of store is a subclass that says what marks its files, and
    how a file is made and brought up to date.

    Raises:
        OperatorError: the file is damaged, not of this kind, of a newer version, or
            cannot be written.
    """

    # Marks the file as ours among all SQLite files: four letters in ASCII.
    application_id: ClassVar[int]
    version: ClassVar[int]
    # What messages call the content.
    content: ClassVar[str]
    # What to do about a file that cannot be used.
    remedy: ClassVar[str]
    # Whether the last words before a power cut are worth waiting for the disk.
    durable: ClassVar[bool]

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        # Those of the process that this one is a fork of: they must not even be closed.
        self._inherited: list[sqlite3.Connection] = []

    def __enter__(self) -> Self:
        with self._told():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Grades are in it; what SQLite puts beside it has the same mode.
            with suppress(OSError):  # SQLite says it better
                self._path.touch(0o600)
            connection = self._connected()
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
        self._connection = connection
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> sqlite3.Connection:
        """Return a connection of this process."""
        self._process = os.getpid()
        return sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None)

    def _create(self, connection: sqlite3.Connection) -> None:
        """Make the tables of a new file, in a transaction that is open."""
        raise NotImplementedError

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        """Bring a file of an older version up to date, in a transaction that is open.

        Raises:
            OperatorError: files of that version cannot be read any more.
        """
        del connection
        raise self._unusable(f"version {version}, not {self.version}")

    def _rows(
        self, statement: str, values: tuple[object, ...] = ()
    ) -> list[tuple[object, ...]]:
        """Return what a statement gives."""
        if self._connection is None:
            raise sqlite3.ProgrammingError(f"{self.content}: the file is not open")
        if self._process != os.getpid():
            self._inherited.append(self._connection)
            self._connection = self._connected()
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error

    @contextmanager
    def _together(self) -> Iterator[None]:
        """Have all that is written inside stand together, or not at all."""
        self._rows("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._rows("ROLLBACK")
            raise
        self._rows("COMMIT")

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Bring a file into shape; accept none but ours."""
        # The lock is taken first: two runs that start together make one table.
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            self._create(connection)
            connection.execute(f"PRAGMA application_id = {self.application_id}")
            connection.execute(f"PRAGMA user_version = {self.version}")
        if _pragma(connection, "application_id") != self.application_id:
            raise self._unusable("a database of another program")
        version = _pragma(connection, "user_version")
        if version > self.version:
            raise self._unusable(f"version {version}, not {self.version}")
        if version < self.version:
            self._migrate(connection, version)
            connection.execute(f"PRAGMA user_version = {self.version}")
        connection.execute("COMMIT")
        synchronous = "FULL" if self.durable else "NORMAL"
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        _write_ahead(connection)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite says into a message for whoever runs the machine."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error
        except OSError as error:
            raise OperatorError(
                f"{self._path}: this folder cannot be written: {error.strerror}. "
                f"Choose another with --out DIR."
            ) from error

    def _explained(self, error: sqlite3.DatabaseError) -> OperatorError:
        """Return what SQLite says, for whoever runs the machine."""
        if not isinstance(error, sqlite3.OperationalError):
            return self._unusable(str(error))
        return OperatorError(
            f"{self._path}: {self.content} cannot be read and written: {error}. Check "
            f"that no other run holds the file, that the folder may be written and "
            f"that the disk has room."
        )

    def _unusable(self, got: str) -> OperatorError:
        return OperatorError(
            f"{self._path}: expected {self.content}, got {got}. {self.remedy}"
        )


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and one writer work side by side.

    SQLite waits for every lock but the one that this takes.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(_TICK_S)
        else:
            return


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return int(value)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other runs from writing into a folder while this one does.

    The folder is made if it is missing, and closed to others. It is let go when the
    process ends, however that comes about. Where the file system knows no locks, nobody
    is kept out.

    Raises:
        UsageError: another run is at it, or it is a file.
        OperatorError: the folder cannot be made or written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(
            f"--out {folder}: expected a folder, found a file. Name another."
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (folder / _HELD).open("ab")
    except OSError as error:
        raise OperatorError(
            f"--out {folder}: this folder cannot be made or written: "
            f"{error.strerror}. Name another."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"--out {folder}: another run is writing here. Wait until it has "
                f"ended, or name another folder."
            ) from error
        except OSError:
            pass
        yield
