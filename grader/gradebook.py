"""What is remembered between runs: finished grades, in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Self

import msgspec

from grader.errors import OperatorError
from grader.model import ExerciseResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

SCHEMA_VERSION = 2
BUSY_TIMEOUT_S = 30.0
# Marks the file as ours among all SQLite files: "tgrd" in ASCII.
APPLICATION_ID = 0x74677264

_CREATE = """
CREATE TABLE grades (
  key TEXT PRIMARY KEY,
  student TEXT NOT NULL,
  exercise TEXT NOT NULL,
  recorded_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  result TEXT NOT NULL
) WITHOUT ROWID
"""
_RECORD = """
INSERT OR REPLACE INTO grades (key, student, exercise, result) VALUES (?, ?, ?, ?)
"""
_RECALL = "SELECT result FROM grades WHERE key = ?"


def grade_key(
    course_fingerprint: str,
    exercise: str,
    sha256: str,
    *,
    grader_version: str,
    torch_version: str,
    sandbox: str,
) -> str:
    """Return the digest under which a grade is remembered.

    It covers all that decides a grade, so that a grade is found again exactly when
    grading anew would give the same one.

    Args:
        course_fingerprint: `Course.fingerprint()`.
        exercise: the exercise's id.
        sha256: the digest of the file that was graded.
        grader_version: the kit's version.
        torch_version: the version of torch that the checks ran with.
        sandbox: the wall that the program ran behind.
    """
    parts = (
        course_fingerprint,
        exercise,
        sha256,
        grader_version,
        torch_version,
        sandbox,
    )
    return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()


class Gradebook:
    """The grades of earlier runs; a context manager that opens and closes the file.

    Each `record` is on disk before it returns, so a run that is killed loses none.
    Several processes may use one file at a time.

    Raises:
        OperatorError: the file is damaged, not a gradebook, or cannot be written.
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

    def record(self, key: str, student: str, result: ExerciseResult) -> None:
        """Remember a finished grade; one with a `grader_error` is left to be redone."""
        if not result.complete:
            return
        name = student.encode("utf-8", "backslashreplace").decode()
        # Not msgspec's own JSON: a file's name may hold what UTF-8 cannot.
        row = (key, name, result.exercise, json.dumps(msgspec.to_builtins(result)))
        with self._told():
            self._open.execute(_RECORD, row)

    def recall(self, key: str) -> ExerciseResult | None:
        """Return the grade remembered under a key, or None."""
        with self._told(), closing(self._open.execute(_RECALL, (key,))) as rows:
            row = rows.fetchone()
        if row is None:
            return None
        try:
            result = msgspec.convert(json.loads(row[0]), ExerciseResult)
        except ValueError as error:
            raise self._unusable(f"a grade that does not read: {error}") from error
        return result if result.complete else None

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the gradebook is not open")
        return self._connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Bring a new file into shape; accept no file but a gradebook."""
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
        connection.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite says into a message for whoever runs the machine."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OperatorError(
                f"{self._path}: expected to read and write the gradebook, got: {error}."
                f" Check that no other run holds it, that the folder may be written "
                f"and that the disk has room."
            ) from error
        except sqlite3.DatabaseError as error:
            raise self._unusable(str(error)) from error
        except OSError as error:
            raise OperatorError(
                f"{self._path}: expected a folder that may be written, got: "
                f"{error.strerror}. Choose another with --out DIR."
            ) from error

    def _unusable(self, got: str) -> OperatorError:
        return OperatorError(
            f"{self._path}: expected a gradebook, got {got}. Move the file away: it "
            f"only saves time, and the next run makes a new one."
        )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return int(value)
