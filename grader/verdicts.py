"""What was found, remembered between runs: verdicts in one SQLite file.

The file may be deleted at any time: it only saves time. What people decide has no place
in it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
import zlib
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from grader.errors import OperatorError
from grader.model import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from grader.model import Facts

VERDICTS_FILE = "verdicts.sqlite"
SCHEMA_VERSION = 1
BUSY_TIMEOUT_S = 30.0
_TICK_S = 0.01
# Marks the file as ours among all SQLite files: "tgvd" in ASCII.
APPLICATION_ID = 0x74677664

_CREATE = """
CREATE TABLE found (
  key BLOB PRIMARY KEY,
  what TEXT NOT NULL,
  recorded_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  content BLOB NOT NULL
) WITHOUT ROWID
"""
_RECORD = "INSERT OR REPLACE INTO found (key, what, content) VALUES (?, ?, ?)"
_RECALL = "SELECT content FROM found WHERE key = ?"

_T = TypeVar("_T")
_VERDICT = msgspec.msgpack.Decoder(Verdict)
_CHECKS = msgspec.msgpack.Decoder(tuple[Check, ...])


class VerdictStore:
    """The verdicts of earlier runs; a context manager that opens and closes the file.

    Each `record` is on disk before it returns, so a run that is killed loses none.
    Several processes may use one file at a time.

    Raises:
        OperatorError: the file is damaged, not ours, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        with self._told():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None
            )
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

    def record(self, verdict: Verdict, how: msgspec.Struct) -> None:
        """Remember a verdict; one with a fault is left to be reached again.

        Args:
            verdict: what was found; it knows its program, checks and facts.
            how: how it was asked for.
        """
        if verdict.complete:
            key = _key(verdict.program, verdict.fingerprint, verdict.facts, how)
            self._put(key, "verdict", msgspec.msgpack.encode(verdict))

    def recall(
        self, program: str, fingerprint: str, facts: Facts, how: msgspec.Struct
    ) -> Verdict | None:
        """Return the verdict that judging would reach again, or None.

        Args:
            program: `Program.digest()`.
            fingerprint: `Exercise.fingerprint()`.
            facts: what it would be reached with.
            how: how it is asked for.
        """
        return self._get(_key(program, fingerprint, facts, how), _VERDICT)

    def record_checks(self, edition: str, kit: str, checks: tuple[Check, ...]) -> None:
        """Remember what is known of an exercise's checks.

        Args:
            edition: `Exercise.edition()`.
            kit: the version of the kit that collected them.
            checks: as they were collected.
        """
        self._put(_key(edition, kit), "checks", msgspec.msgpack.encode(checks))

    def recall_checks(self, edition: str, kit: str) -> tuple[Check, ...] | None:
        """Return what is known of an exercise's checks, or None."""
        return self._get(_key(edition, kit), _CHECKS)

    def _put(self, key: bytes, what: str, content: bytes) -> None:
        with self._told():
            self._open.execute(_RECORD, (key, what, zlib.compress(content)))

    def _get(self, key: bytes, decoder: msgspec.msgpack.Decoder[_T]) -> _T | None:
        with self._told(), closing(self._open.execute(_RECALL, (key,))) as rows:
            row = rows.fetchone()
        if row is None:
            return None
        try:
            return decoder.decode(zlib.decompress(row[0]))
        except (zlib.error, msgspec.DecodeError, TypeError) as error:
            raise self._unusable(f"an entry that cannot be read: {error}") from error

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the store of verdicts is not open")
        return self._connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Bring a new file into shape; accept no file but ours."""
        # The lock is taken first: two runs that start together make one table.
        connection.execute("BEGIN IMMEDIATE")
        if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            connection.execute(_CREATE)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
        if _pragma(connection, "application_id") != APPLICATION_ID:
            raise self._unusable("a database of another program")
        version = _pragma(connection, "user_version")
        if version != SCHEMA_VERSION:
            raise self._unusable(f"version {version}, not {SCHEMA_VERSION}")
        connection.execute("PRAGMA synchronous = NORMAL")
        _write_ahead(connection)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite says into a message for whoever runs the machine."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OperatorError(
                f"{self._path}: the verdicts of earlier runs cannot be read and "
                f"written: {error}. Check that no other run holds the file, that the "
                f"folder may be written and that the disk has room."
            ) from error
        except sqlite3.DatabaseError as error:
            raise self._unusable(str(error)) from error
        except OSError as error:
            raise OperatorError(
                f"{self._path}: this folder cannot be written: {error.strerror}. "
                f"Choose another with --out DIR."
            ) from error

    def _unusable(self, got: str) -> OperatorError:
        return OperatorError(
            f"{self._path}: expected the verdicts of earlier runs, got {got}. Delete "
            f"the file: it only saves time, and the next run makes a new one."
        )


def _key(*parts: object) -> bytes:
    """Return the digest under which something is remembered."""
    return hashlib.sha256(msgspec.msgpack.encode(parts)).digest()


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
