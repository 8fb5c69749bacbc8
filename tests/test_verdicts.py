"""What is remembered between runs: verdicts, and what is known of checks."""

from __future__ import annotations

import hashlib
import signal
import sqlite3
import subprocess
import sys
import threading
import zlib
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from fake_judges import DOUBLE
from helpers import FACTS, a_verdict

from grader.errors import OperatorError
from grader.judging.session import How
from grader.model import (
    Block,
    Curve,
    Finding,
    Outcome,
    Program,
    ProgramKind,
    Role,
    Said,
    Unexplained,
    Verdict,
)
from grader.verdicts import VerdictStore

HOW = How()
WRITER = """
import os, signal, sys
sys.path.insert(0, sys.argv[5])
from pathlib import Path
from helpers import a_verdict
from grader.judging.session import How
from grader.verdicts import VerdictStore

path, name, count, end = sys.argv[1:5]
with VerdictStore(Path(path)) as store:
    for i in range(int(count)):
        store.record(a_verdict(program=f"{name}{i}", seconds=float(i)), How())
    if end == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
"""


def found(outcome: Outcome = Outcome.FAILED, *faults: str) -> Verdict:
    """Return a verdict with something in every field."""
    said = (Said(Role.SAW, "say `why`\n  twice"),)
    return a_verdict(
        Finding("test_a", outcome, said, "minus", "Why?"),
        program="aa",
        fingerprint="bb",
        seconds=0.2,
        error="line 7: no",
        notes=("a note",),
        faults=faults,
        unexplained=(Unexplained("test_a", "e0"),),
        curves=(Curve("test_a", (1.0, float("inf")), (0.1,)),),
    )


def recalled(store: VerdictStore, verdict: Verdict, how: How = HOW) -> Verdict | None:
    key = store.key(verdict.program, verdict.fingerprint, verdict.facts, how)
    found = store.recall(key)
    assert store.knows(key) is (found is not None)
    return found


def write(path: Path, name: str, count: int, end: str) -> subprocess.Popen[bytes]:
    arguments = [str(path), name, str(count), end, str(Path(__file__).parent)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments])


def make_database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_verdict_is_recalled_whole_by_a_later_run(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "verdicts.sqlite"
    with VerdictStore(path) as store:
        store.record(found(), HOW)
    with VerdictStore(path) as store:
        assert recalled(store, found()) == found()


def test_verdict_recorded_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    with VerdictStore(tmp_path / "v") as store:
        store.record(found(Outcome.FAILED), HOW)
        store.record(found(Outcome.PASSED), HOW)

        assert recalled(store, found()) == found(Outcome.PASSED)


@pytest.mark.parametrize(
    "other",
    [
        {"program": "ab"},
        {"fingerprint": "b"},
        *(
            {"facts": msgspec.structs.replace(FACTS, **{field: "other"})}
            for field in FACTS.__struct_fields__
        ),
    ],
    ids=lambda other: str(next(iter(other))),
)
def test_verdict_on_anything_else_is_not_recalled(
    tmp_path: Path, other: dict[str, object]
) -> None:
    with VerdictStore(tmp_path / "v") as store:
        store.record(found(), HOW)

        assert recalled(store, msgspec.structs.replace(found(), **other)) is None


def test_verdict_asked_for_in_another_way_is_not_recalled(tmp_path: Path) -> None:
    with VerdictStore(tmp_path / "v") as store:
        store.record(found(), HOW)

        assert recalled(store, found(), How(diagnose=False)) is None


def test_parts_that_join_alike_are_told_apart(tmp_path: Path) -> None:
    moved = msgspec.structs.replace(found(), program="aab", fingerprint="b")
    with VerdictStore(tmp_path / "v") as store:
        store.record(found(), HOW)

        assert recalled(store, moved) is None


@pytest.mark.parametrize(
    "faulty", [found(Outcome.GRADER_ERROR), found(Outcome.PASSED, "line 8: no")]
)
def test_verdict_with_a_fault_is_left_to_be_reached_again(
    tmp_path: Path, faulty: Verdict
) -> None:
    with VerdictStore(tmp_path / "v") as store:
        store.record(faulty, HOW)

        assert recalled(store, faulty) is None


def test_checks_are_recalled_for_the_same_files_and_kit(tmp_path: Path) -> None:
    with VerdictStore(tmp_path / "v") as store:
        store.record_checks("d0", "1.0", DOUBLE)

        assert store.recall_checks("d0", "1.0") == DOUBLE
        assert store.recall_checks("d1", "1.0") is None
        assert store.recall_checks("d0", "1.1") is None


def test_run_that_is_killed_loses_no_verdict_recorded_before(tmp_path: Path) -> None:
    path = tmp_path / "v"
    code = write(path, "anna", 5, "killed").wait(timeout=60)
    kept = [a_verdict(program=f"anna{i}", seconds=float(i)) for i in range(5)]
    with VerdictStore(path) as store:
        assert [recalled(store, verdict) for verdict in kept] == kept

    assert code == -signal.SIGKILL


def test_runs_at_the_same_time_lose_no_verdict(tmp_path: Path) -> None:
    path = tmp_path / "v"
    names = ("anna", "ben", "carl", "dora")
    writers = [write(path, name, 40, "well") for name in names]
    codes = [writer.wait(timeout=60) for writer in writers]
    wanted = [a_verdict(program=f"{name}{i}") for name in names for i in range(40)]
    with VerdictStore(path) as store:
        missing = [v.program for v in wanted if recalled(store, v) is None]

    assert codes == [0] * len(names)
    assert missing == []


def test_record_is_seen_by_another_run_at_once(tmp_path: Path) -> None:
    with VerdictStore(tmp_path / "v") as one, VerdictStore(tmp_path / "v") as two:
        one.record(found(), HOW)

        assert recalled(two, found()) == found()


def refusal(path: Path) -> str:
    """Return the message when a store is opened that must not open."""
    with pytest.raises(OperatorError) as caught, VerdictStore(path):
        pass
    return str(caught.value)


def test_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "v"
    path.write_bytes(b"grades, in a format of my own\n" * 100)

    message = refusal(path)

    assert str(path) in message
    assert "Delete the file: it only saves time" in message
    assert path.read_bytes().startswith(b"grades, in")


def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "v"
    make_database(path, "CREATE TABLE birds (name)")
    before = path.read_bytes()

    message = refusal(path)

    assert "another program" in message
    assert path.read_bytes() == before


def test_store_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with VerdictStore(path):
        pass
    make_database(path, "PRAGMA user_version = 99")

    assert "version 99" in refusal(path)


def test_damaged_store_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with VerdictStore(path) as store:
        store.record(found(), HOW)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))

    assert str(path) in refusal(path)


@pytest.mark.parametrize("content", [b"", b"not deflated", zlib.compress(b"\x93")])
def test_entry_that_cannot_be_read_is_refused_by_name(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "v"
    with VerdictStore(path) as store:
        store.record(found(), HOW)
    make_database(path, f"UPDATE found SET content = x'{content.hex()}'")  # noqa: S608 - our own

    with VerdictStore(path) as store, pytest.raises(OperatorError, match="be read"):
        recalled(store, found())


def test_path_that_cannot_be_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert f"{tmp_path}: the verdicts of earlier runs cannot" in refusal(tmp_path)
    assert "file" in refusal(tmp_path / "file" / "v")


def test_store_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with VerdictStore(path) as store:
        store._rows("PRAGMA query_only = ON")
        with pytest.raises(OperatorError, match="cannot be read and written"):
            store.record(found(), HOW)


def test_store_waits_for_another_run_that_is_about_to_open_it(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with VerdictStore(path):
        pass
    make_database(path, "PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(path, check_same_thread=False)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM found").fetchall()
        threading.Timer(0.2, other.rollback).start()
        with VerdictStore(path) as store:
            store.record(found(), HOW)

            assert recalled(store, found()) == found()


def test_verdict_and_program_are_recorded_together(tmp_path: Path) -> None:
    program = Program(ProgramKind.SCRIPT, "a.py", "00ff", (Block("a.py", b"x = 1\n"),))
    broken = found(Outcome.GRADER_ERROR)
    with VerdictStore(tmp_path / "v") as store:
        store.record_work(broken, HOW, "a", program)
        assert recalled(store, broken) is None
        assert store.recall_program("a", "00ff") == program

        store.record_work(found(), HOW, "a", program)
        assert recalled(store, found()) == found()


def test_store_of_version_1_keeps_what_it_knows(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with VerdictStore(path) as store:
        store.record(found(), HOW)
    make_database(
        path,
        "ALTER TABLE found RENAME TO new",
        "CREATE TABLE found (key BLOB PRIMARY KEY, what TEXT NOT NULL, recorded_at "
        "TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, content BLOB NOT NULL) WITHOUT ROWID",
        "INSERT INTO found SELECT * FROM new",
        "DROP TABLE new",
        "PRAGMA user_version = 1",
    )
    with VerdictStore(path) as store:
        assert recalled(store, found()) == found()
        store.record(found(Outcome.PASSED), HOW)
        assert recalled(store, found()) == found(Outcome.PASSED)


def test_entries_take_little_more_room_than_they_need(
    tmp_path: Path,
) -> None:
    path = tmp_path / "v"
    with VerdictStore(path) as store:
        for number in range(200):
            noise = b"".join(
                hashlib.sha256(b"%d %d" % (number, i)).digest() for i in range(48)
            )
            program = Program(
                ProgramKind.SCRIPT, "a.py", str(number), (Block("a.py", noise),)
            )
            store.record_program("a", program)

    assert path.stat().st_size < 200 * 48 * 32 * 1.6
