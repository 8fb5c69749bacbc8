"""The verdict store: remembers verdicts between runs, in one SQLite file.

The file may be deleted at any time, since it only saves time. What people decide does
not belong into it.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, ClassVar, TypeVar

import msgspec

from grader.model import Check, Program, Verdict
from grader.stores import Store

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from grader.model import Facts

VERDICTS_FILE = "verdicts.sqlite"
KEY_BYTES = hashlib.sha256().digest_size

# Rows go to the end of the file, whatever their key is: a table sorted by key needs
# twice the room, and takes longer the larger it is.
_CREATE = """
CREATE TABLE found (
  key BLOB NOT NULL UNIQUE,
  what TEXT NOT NULL,
  recorded_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  content BLOB NOT NULL
)
"""
_COLUMNS = "key, what, recorded_at, content"
# Version 1 had the same columns in a table that was sorted by key.
_FROM_1 = (
    "ALTER TABLE found RENAME TO old",
    _CREATE,
    f"INSERT INTO found ({_COLUMNS}) SELECT {_COLUMNS} FROM old",  # noqa: S608 - ours
    "DROP TABLE old",
)
# A run waits for this; more would save a tenth of the size for twice the time.
_QUICK = 1
_RECORD = "INSERT OR REPLACE INTO found (key, what, content) VALUES (?, ?, ?)"
_RECORD_BOTH = f"{_RECORD}, (?, ?, ?)"
_KEEP = f"INSERT OR IGNORE INTO found ({_COLUMNS}) SELECT {_COLUMNS} FROM other.found"  # noqa: S608 - ours
_KNOWN = "SELECT 1 FROM found WHERE key = ?"
_RECALL = "SELECT content FROM found WHERE key = ?"

_T = TypeVar("_T")
_VERDICT = msgspec.msgpack.Decoder(Verdict)
_PROGRAM = msgspec.msgpack.Decoder(Program)
_CHECKS = msgspec.msgpack.Decoder(tuple[Check, ...])


class VerdictStore(Store):
    """The verdicts of earlier runs, and what is known of checks."""

    application_id: ClassVar[int] = 0x74677664  # "tgvd"
    version: ClassVar[int] = 2
    content: ClassVar[str] = "the verdicts of earlier runs"
    remedy: ClassVar[str] = (
        "Delete the file: it only saves time, and the next run makes a new one."
    )
    durable: ClassVar[bool] = False

    def record(self, verdict: Verdict, how: msgspec.Struct) -> None:
        """Remember a verdict; one with a fault is left to be reached again.

        Args:
            verdict: what was found; it knows its program, checks and facts.
            how: how it was asked for.
        """
        if verdict.complete:
            key = self.key(verdict.program, verdict.fingerprint, verdict.facts, how)
            self._put(key, "verdict", verdict)

    def record_work(
        self, verdict: Verdict, how: msgspec.Struct, exercise: str, program: Program
    ) -> bytes | None:
        """Remember a verdict and the program that it is on, both at once.

        Returns:
            The key of the verdict; None where it has a fault and is not remembered.

        Args:
            verdict: what was found, as for `record`.
            how: how it was asked for.
            exercise: the exercise's id.
            program: what was judged, as for `record_program`.
        """
        if not verdict.complete:
            self.record_program(exercise, program)
            return None
        key = self.key(verdict.program, verdict.fingerprint, verdict.facts, how)
        self._rows(
            _RECORD_BOTH,
            (
                *(key, "verdict", _packed(verdict)),
                *(_key("program", exercise, program.sha256), "program"),
                _packed(program),
            ),
        )
        return key

    def key(
        self, program: str, fingerprint: str, facts: Facts, how: msgspec.Struct
    ) -> bytes:
        """Return the key of the verdict that judging would reach.

        Args:
            program: `Program.digest()`.
            fingerprint: `Exercise.fingerprint()`.
            facts: what it would be reached with.
            how: how it is asked for.
        """
        return _key(program, fingerprint, facts, how)

    def knows(self, key: bytes) -> bool:
        """Return whether a verdict is remembered."""
        return bool(self._rows(_KNOWN, (key,)))

    def recall(self, key: bytes) -> Verdict | None:
        """Return the verdict that is remembered under a key, or None."""
        return self._get(key, _VERDICT)

    def record_program(self, exercise: str, program: Program) -> None:
        """Remember a program that was judged, for reports that show its lines."""
        key = _key("program", exercise, program.sha256)
        self._put(key, "program", program)

    def recall_program(self, exercise: str, sha256: str) -> Program | None:
        """Return the program of a file that was judged, by the file's digest."""
        return self._get(_key("program", exercise, sha256), _PROGRAM)

    def record_checks(self, edition: str, kit: str, checks: tuple[Check, ...]) -> None:
        """Remember what is known of an exercise's checks.

        Args:
            edition: `Exercise.edition()`.
            kit: the version of the kit that collected them.
            checks: as they were collected.
        """
        self._put(_key(edition, kit), "checks", checks)

    def recall_checks(self, edition: str, kit: str) -> tuple[Check, ...] | None:
        """Return what is known about an exercise's checks, or None."""
        return self._get(_key(edition, kit), _CHECKS)

    def take_in(self, other: Path) -> None:
        """Remember what another store does; what both know stays as it is here."""
        with VerdictStore(other):
            pass  # it is of our kind and our version now, or was told to be none
        self._rows("ATTACH ? AS other", (str(other),))
        try:
            self._rows(_KEEP)
        finally:
            self._rows("DETACH other")

    def _put(self, key: bytes, what: str, content: object) -> None:
        self._rows(_RECORD, (key, what, _packed(content)))

    def _get(self, key: bytes, decoder: msgspec.msgpack.Decoder[_T]) -> _T | None:
        rows = self._rows(_RECALL, (key,))
        if not rows:
            return None
        try:
            return decoder.decode(zlib.decompress(rows[0][0]))  # type: ignore[arg-type] # SQLite gives what is stored; anything else raises here
        except (zlib.error, msgspec.DecodeError, TypeError) as error:
            raise self._unusable(f"an entry that cannot be read: {error}") from error

    def _create(self, connection: sqlite3.Connection) -> None:
        connection.execute(_CREATE)

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        if version != 1:
            raise self._unusable(f"version {version}, not {self.version}")
        for statement in _FROM_1:
            connection.execute(statement)


def _packed(content: object) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(content), _QUICK)


def _key(*parts: object) -> bytes:
    """Return the digest under which something is remembered."""
    return hashlib.sha256(msgspec.msgpack.encode(parts)).digest()
