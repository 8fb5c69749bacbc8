"""What people decided, in one SQLite file that is never thrown away.

Overrides, comments, extensions, excuses and flags, each with who, when and why; none is
deleted, one that was undone says so. And the grades as they were published.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

import msgspec

from grader.decisions import AnyDecision
from grader.errors import UsageError
from grader.files import write_atomically
from grader.model import Results
from grader.stores import Store
from grader.text import clean_text, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

GRADEBOOK_FILE = "gradebook.sqlite"
_EXPORT = "grader/gradebook/v1"

_DECISIONS = """
CREATE TABLE decisions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  student TEXT NOT NULL,
  decision TEXT NOT NULL,
  undone TEXT
)
"""
_OF_STUDENT = "CREATE INDEX decisions_of ON decisions (student)"
_PUBLISHED = """
CREATE TABLE published (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  content BLOB NOT NULL
)
"""
# From the version that is the key to the next. Version 1 held finished grades, which
# `verdicts.sqlite` and the scoring have replaced.
_STEPS = {1: ("DROP TABLE grades", _DECISIONS, _OF_STUDENT, _PUBLISHED)}


class Undone(msgspec.Struct, frozen=True):
    """Who took a decision back, and when."""

    by: str
    at: dt.datetime


class Entry(msgspec.Struct, frozen=True, tag_field="entry", tag="decision"):
    """A decision as the gradebook holds it."""

    decision: AnyDecision
    undone: Undone | None = None
    id: int = 0


class Published(msgspec.Struct, frozen=True, tag_field="entry", tag="published"):
    """The grades of a class as they were published under a name."""

    name: str
    by: str
    at: dt.datetime
    results: Results


class ImportCounts(msgspec.Struct, frozen=True):
    """How many lines of an export were new, and how many were there already."""

    added: int
    known: int


class _ExportHeader(msgspec.Struct, frozen=True, tag_field="entry", tag="gradebook"):
    """The first line of an export."""

    schema: str


_ENTRY = msgspec.json.Decoder(Entry | Published | _ExportHeader)
_UNDONE = msgspec.json.Decoder(Undone)
_DECISION = msgspec.json.Decoder(AnyDecision)
_FROZEN = msgspec.json.Decoder(Published)


class Gradebook(Store):
    """What people decided about a class, and the grades that were published."""

    application_id: ClassVar[int] = 0x74677264  # "tgrd"
    version: ClassVar[int] = 2
    content: ClassVar[str] = "a gradebook"
    remedy: ClassVar[str] = (
        "Nothing was changed. Keep the file: it holds what people decided. Use the "
        "version of the kit that wrote it, or put a backup in its place."
    )
    durable: ClassVar[bool] = True

    def record(self, decision: AnyDecision) -> None:
        """Keep a decision."""
        self._rows(
            "INSERT INTO decisions (student, decision) VALUES (?, ?)",
            (student_key(decision.student), _json(decision)),
        )

    def undo(self, entry: Entry, undone: Undone) -> None:
        """Take a decision back; it stays in the history."""
        self._rows(
            "UPDATE decisions SET undone = ? WHERE id = ? AND undone IS NULL",
            (_json(undone), entry.id),
        )

    def entries(self, student: str | None = None) -> tuple[Entry, ...]:
        """Return all decisions, of one student or of all, in the order they were made.

        Those that were undone are among them.
        """
        condition = "" if student is None else "WHERE student = ?"
        values = () if student is None else (student_key(student),)
        rows = self._rows(
            f"SELECT id, decision, undone FROM decisions {condition} ORDER BY id",  # noqa: S608 - the condition is one of the two above
            values,
        )
        return tuple(self._entry(row) for row in rows)

    def standing(self) -> dict[str, tuple[AnyDecision, ...]]:
        """Return the decisions that stand, by `student_key`, in order."""
        found: dict[str, list[AnyDecision]] = {}
        for entry in self.entries():
            if entry.undone is None:
                student = student_key(entry.decision.student)
                found.setdefault(student, []).append(entry.decision)
        return {student: tuple(decisions) for student, decisions in found.items()}

    def publish(self, published: Published) -> None:
        """Keep grades under a name.

        Raises:
            UsageError: there are grades under this name already.
        """
        content = zlib.compress(msgspec.json.encode(published))
        with self._together():
            if published.name in self.published():
                raise UsageError(
                    f"{published.name}: grades were published under this name before. "
                    f"Choose another name: what was published stays."
                )
            self._rows(
                "INSERT INTO published (name, content) VALUES (?, ?)",
                (published.name, content),
            )

    def published(self) -> tuple[str, ...]:
        """Return the names under which grades were published, the latest last."""
        rows = self._rows("SELECT name FROM published ORDER BY id")
        return tuple(str(name) for (name,) in rows)

    def grades(self, name: str) -> Published:
        """Return the grades that were published under a name.

        Raises:
            UsageError: there are none.
        """
        rows = self._rows("SELECT content FROM published WHERE name = ?", (name,))
        if not rows:
            names = self.published()
            known = ", ".join(names) or "none"
            raise UsageError(
                f"{name}: no grades were published under this name; published: "
                f"{known}.{did_you_mean(name, names)}"
            )
        return self._frozen(rows[0][0])

    def export(self) -> Iterator[bytes]:
        """Yield all that the gradebook holds, one line of JSON for each thing."""
        yield msgspec.json.encode(_ExportHeader(_EXPORT))
        for entry in self.entries():
            yield msgspec.json.encode(msgspec.structs.replace(entry, id=0))
        for name in self.published():
            yield msgspec.json.encode(self.grades(name))

    def take(self, lines: Iterable[bytes], name: str) -> ImportCounts:
        """Add what an export holds, all of it or nothing.

        Args:
            lines: the lines of the export.
            name: what messages call it.

        Raises:
            UsageError: a line is not of an export, or would change what is there.
        """
        entries = list(_parsed(lines, name))
        added = 0
        with self._together():
            known = {_identity(entry): entry for entry in self.entries()}
            for entry in entries:
                if isinstance(entry, Entry):
                    added += self._take_entry(entry, known)
                else:
                    added += self._take_published(entry)
        return ImportCounts(added, len(entries) - added)

    def _take_entry(self, entry: Entry, known: dict[bytes, Entry]) -> bool:
        """Add a decision, or that it was undone; return whether anything was new."""
        there = known.get(_identity(entry))
        if there is None:
            self.record(entry.decision)
            # Of two equal ones, the one just written is the last.
            there = self.entries(entry.decision.student)[-1]
            known[_identity(entry)] = there
        elif entry.undone is None or there.undone is not None:
            return False
        if entry.undone is not None:
            self.undo(there, entry.undone)
        return True

    def _take_published(self, published: Published) -> bool:
        if published.name not in self.published():
            content = zlib.compress(msgspec.json.encode(published))
            self._rows(
                "INSERT INTO published (name, content) VALUES (?, ?)",
                (published.name, content),
            )
            return True
        if self.grades(published.name) != published:
            raise UsageError(
                f"{published.name}: other grades were published under this name here. "
                f"Nothing was imported."
            )
        return False

    def _entry(self, row: tuple[object, ...]) -> Entry:
        number, decision, undone = row
        try:
            return Entry(
                _DECISION.decode(str(decision)),
                None if undone is None else _UNDONE.decode(str(undone)),
                int(str(number)),
            )
        except (msgspec.DecodeError, ValueError) as error:
            raise self._unusable(f"an entry that cannot be read: {error}") from error

    def _frozen(self, content: object) -> Published:
        try:
            return _FROZEN.decode(zlib.decompress(content))  # type: ignore[arg-type] # sqlite gives what is stored; anything else raises here
        except (TypeError, zlib.error, msgspec.DecodeError) as error:
            raise self._unusable(f"grades that cannot be read: {error}") from error

    def _create(self, connection: sqlite3.Connection) -> None:
        for statement in (_DECISIONS, _OF_STUDENT, _PUBLISHED):
            connection.execute(statement)

    def _migrate(self, connection: sqlite3.Connection, version: int) -> None:
        """Bring an older file up to date, once it lies beside as it was."""
        if version not in _STEPS:
            raise self._unusable(f"version {version}, not {self.version}")
        self._back_up(version)
        for step in range(version, self.version):
            for statement in _STEPS[step]:
                connection.execute(statement)

    def _back_up(self, version: int) -> None:
        stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
        path = self._path
        backup = path.with_name(f"{path.stem}-v{version}-{stamp}{path.suffix}")
        with (
            closing(sqlite3.connect(path)) as source,
            closing(sqlite3.connect(":memory:")) as copy,
        ):
            source.backup(copy)
            write_atomically(backup, copy.serialize(), private=True)


def student_key(student: str) -> str:
    """Return the name under which a student's decisions are kept.

    It is the one in `results.json`, which leaves out what no report can hold.
    """
    return clean_text(student, len(student))


def decisions_in(path: Path) -> dict[str, tuple[AnyDecision, ...]]:
    """Return the decisions that stand in a gradebook; none where there is no file."""
    if not path.exists():
        return {}
    with Gradebook(path) as book:
        return book.standing()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _identity(entry: Entry) -> bytes:
    return msgspec.json.encode(entry.decision)


def _parsed(lines: Iterable[bytes], name: str) -> Iterator[Entry | Published]:
    """Yield the entries of an export; its first line says that it is one."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = _ENTRY.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{name}, line {number}: expected a line that `grader gradebook "
                f"export` wrote, got: {error}. Nothing was imported."
            ) from error
        if isinstance(entry, _ExportHeader):
            if entry.schema != _EXPORT:
                raise UsageError(
                    f"{name}: expected schema {_EXPORT!r}, got {entry.schema!r}. "
                    f"Nothing was imported. Use the version of the kit that wrote it."
                )
        else:
            yield entry
