"""What people decided is kept: history, migrations, exports, and files gone wrong."""

from __future__ import annotations

import datetime as dt
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.decisions import (
    AnyDecision,
    Comment,
    Excused,
    Extension,
    Flag,
    Override,
)
from grader.errors import OperatorError, UsageError
from grader.gradebook import (
    Gradebook,
    ImportCounts,
    Published,
    Undone,
    decisions_in,
    student_key,
)
from grader.model import Environment, Results

if TYPE_CHECKING:
    from pathlib import Path

AT = dt.datetime(2026, 11, 5, 9, 30, tzinfo=dt.UTC)
WRITER = """
import datetime as dt, os, signal, sys
from pathlib import Path
from grader.decisions import Flag
from grader.gradebook import Gradebook

path, name, count, end = sys.argv[1:]
at = dt.datetime(2026, 11, 5, tzinfo=dt.UTC)
with Gradebook(Path(path)) as book:
    for i in range(int(count)):
        book.record(Flag(student=name, by="me", at=at, text=str(i)))
    if end == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
"""


def override(score: float = 7.0, student: str = "ann") -> Override:
    return Override(
        student=student,
        by="Dr. Weber",
        at=AT,
        reason="read by hand",
        exercise="autograd",
        score=score,
    )


def one_of_each() -> tuple[AnyDecision, ...]:
    who = {"student": "ann", "by": "Dr. Weber", "at": AT, "exercise": "autograd"}
    return tuple(
        msgspec.convert({**who, **more}, AnyDecision)
        for more in (
            {"kind": "override", "score": 7.5, "check": "test_a", "reason": "ü"},
            {"kind": "extension", "until": "2026-11-09T23:59:00+01:00"},
            {"kind": "extension", "days": 2.5, "exercise": None},
            {"kind": "excused", "reason": "ill"},
            {"kind": "comment", "text": "Well done.\nGo on."},
            {"kind": "flag", "text": "look again"},
        )
    )


def published(name: str = "midterm", course: str = "A course") -> Published:
    results = Results(
        "grader/results/v1", course, "1", Environment("3.11", "2.4"), "none", ()
    )
    return Published(name, "Dr. Weber", AT, results)


def write(path: Path, name: str, count: int, end: str) -> subprocess.Popen[bytes]:
    arguments = [str(path), name, str(count), end]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments])


def make_database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_decisions_are_kept_whole_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "gradebook.sqlite"
    with Gradebook(path) as book:
        for decision in one_of_each():
            book.record(decision)

    assert decisions_in(path) == {"ann": one_of_each()}
    assert {type(decision) for decision in one_of_each()} == {
        *(Override, Extension, Excused, Comment, Flag)
    }


def test_without_a_file_nothing_was_decided_and_none_is_made(tmp_path: Path) -> None:
    assert decisions_in(tmp_path / "gradebook.sqlite") == {}
    assert list(tmp_path.iterdir()) == []


def test_what_is_undone_stands_no_more_and_stays_in_the_history(
    tmp_path: Path,
) -> None:
    undone = Undone("Dr. Weber", AT)
    with Gradebook(tmp_path / "g") as book:
        book.record(override(7))
        book.record(override(8))
        book.undo(book.entries("ann")[1], undone)
        book.undo(book.entries("ann")[1], Undone("somebody else", AT))

        assert book.standing() == {"ann": (override(7),)}
        assert [entry.undone for entry in book.entries()] == [None, undone]


def test_a_name_that_no_report_can_hold_finds_its_decisions(tmp_path: Path) -> None:
    raw = "an\udcffn"
    with Gradebook(tmp_path / "g") as book:
        book.record(override(student="ann"))

        assert book.entries(raw) == book.entries("ann")
        assert student_key(raw) in book.standing()


def test_published_grades_are_kept_under_their_names(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g") as book:
        book.publish(published("midterm"))
        book.publish(published("final", course="Another"))

        assert book.published() == ("midterm", "final")
        assert book.grades("final") == published("final", course="Another")


def test_what_was_published_stays(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g") as book:
        book.publish(published())
        with pytest.raises(UsageError, match="midterm: grades were published under"):
            book.publish(published(course="Another"))

        assert book.grades("midterm") == published()


def test_an_unknown_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g") as book:
        book.publish(published())

        with pytest.raises(UsageError, match="Did you mean `midterm`"):
            book.grades("mitterm")


def test_export_and_import_carry_everything_over(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "a") as book, Gradebook(tmp_path / "b") as other:
        for decision in (*one_of_each(), override(1), override(1)):
            book.record(decision)
        book.undo(book.entries()[0], Undone("me", AT))
        book.publish(published())
        lines = list(book.export())

        # Two equal decisions are one: what they decide is the same.
        assert other.take(lines, "x.jsonl") == ImportCounts(added=8, known=1)
        assert other.standing()["ann"] == book.standing()["ann"][:-1]
        assert other.grades("midterm") == published()
        assert other.take(lines, "x.jsonl") == ImportCounts(added=0, known=9)


def test_an_undoing_is_imported_later(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "a") as book, Gradebook(tmp_path / "b") as other:
        book.record(override())
        other.take(book.export(), "x.jsonl")
        book.undo(book.entries()[0], Undone("me", AT))
        other.take(book.export(), "x.jsonl")

        assert other.standing() == {}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "x.jsonl, line 3: expected a line that `grader gradebook export`"),
        (b'{"entry": "decision"}', "line 3"),
        (b'{"entry": "gradebook", "schema": "grader/gradebook/v9"}', "got 'grader/gr"),
        (msgspec.json.encode(published(course="Another")), "other grades were publ"),
    ],
)
def test_an_import_is_whole_or_not_at_all(
    tmp_path: Path, line: bytes, words: str
) -> None:
    with Gradebook(tmp_path / "a") as book, Gradebook(tmp_path / "b") as other:
        book.record(override())
        other.publish(published())
        with pytest.raises(UsageError, match=words):
            other.take([*book.export(), line], "x.jsonl")

        assert other.standing() == {}


def test_an_older_file_is_brought_up_to_date_and_lies_beside_as_it_was(
    tmp_path: Path,
) -> None:
    path = tmp_path / "gradebook.sqlite"
    make_database(
        path,
        "CREATE TABLE grades (key TEXT PRIMARY KEY, result TEXT)",
        "INSERT INTO grades VALUES ('k', 'r')",
        f"PRAGMA application_id = {Gradebook.application_id}",
        "PRAGMA user_version = 1",
    )
    with Gradebook(path) as book:
        book.record(override())

    assert decisions_in(path) == {"ann": (override(),)}
    (backup,) = tmp_path.glob("gradebook-v1-*.sqlite")
    with closing(sqlite3.connect(backup)) as connection:
        assert connection.execute("SELECT * FROM grades").fetchall() == [("k", "r")]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.sqlite"
    make_database(
        path,
        "CREATE TABLE decisions (mine TEXT)",
        "CREATE TABLE grades (key TEXT)",
        f"PRAGMA application_id = {Gradebook.application_id}",
        "PRAGMA user_version = 1",
    )
    with pytest.raises(OperatorError, match="already exists"), Gradebook(path):
        pass

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT * FROM grades").fetchall() == []


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (
            (
                "CREATE TABLE x (y)",
                f"PRAGMA application_id = {Gradebook.application_id}",
                f"PRAGMA user_version = {Gradebook.version + 1}",
            ),
            "got version 3, not 2. Nothing was changed. Keep the file",
        ),
        (("CREATE TABLE x (y)",), "a gradebook, got a database of another program"),
    ],
)
def test_a_file_that_is_not_for_us_stays_as_it_is(
    tmp_path: Path, statements: tuple[str, ...], words: str
) -> None:
    path = tmp_path / "g"
    make_database(path, *statements)
    before = path.read_bytes()

    with pytest.raises(OperatorError, match=words), Gradebook(path):
        pass
    assert path.read_bytes() == before


def test_a_damaged_file_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with Gradebook(path) as book:
        book.record(override())
    whole = path.read_bytes()
    path.write_bytes(b"damaged " * 8 + whole[64:])
    before = path.read_bytes()

    with pytest.raises(OperatorError, match=r"got file is not a database\. Nothing"):
        decisions_in(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    ["UPDATE decisions SET decision = '{'", "UPDATE decisions SET undone = '{'"],
)
def test_an_entry_that_cannot_be_read_is_told(tmp_path: Path, change: str) -> None:
    path = tmp_path / "g"
    with Gradebook(path) as book:
        book.record(override())
    make_database(path, change)

    with pytest.raises(OperatorError, match="an entry that cannot be read"):
        decisions_in(path)


def test_a_locked_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.stores.BUSY_TIMEOUT_S", 0.01)
    path = tmp_path / "g"
    with Gradebook(path) as book, closing(sqlite3.connect(path)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OperatorError, match=r"database is locked\. Check that no"):
            book.record(override())
        holder.rollback()
        book.record(override())

        assert book.standing() == {"ann": (override(),)}


def test_a_folder_in_the_file_s_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="unable to open"), Gradebook(tmp_path):
        pass


def test_several_writers_and_a_reader_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "g"
    writers = [write(path, name, 40, "ended") for name in ("ann", "ben")]
    while any(writer.poll() is None for writer in writers):
        decisions_in(path)

    assert [writer.returncode for writer in writers] == [0, 0]
    kept = decisions_in(path)
    assert {name: len(kept[name]) for name in kept} == {"ann": 40, "ben": 40}


def test_what_was_decided_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "g"

    assert write(path, "ann", 20, "killed").wait() == -signal.SIGKILL
    assert len(decisions_in(path)["ann"]) == 20
