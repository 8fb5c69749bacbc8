"""What is remembered between runs."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.errors import OperatorError
from grader.gradebook import Gradebook, grade_key
from grader.model import CheckResult, ExerciseResult, Outcome, Role, Said, Visibility

if TYPE_CHECKING:
    from pathlib import Path

KEY_PARTS = {
    "course_fingerprint": "c0",
    "exercise": "autograd",
    "sha256": "00ff",
    "grader_version": "0.1.0",
    "torch_version": "2.13.0",
    "sandbox": "none",
}
WRITER = """
import os, signal, sys
from pathlib import Path
from grader.gradebook import Gradebook
from grader.model import ExerciseResult

path, name, count, end = sys.argv[1:]
with Gradebook(Path(path)) as book:
    for i in range(int(count)):
        result = ExerciseResult(name, None, None, float(i), 10.0, 0.1, None, ())
        book.record(f"{name}{i}", name, result)
    if end == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
"""


def graded(outcome: Outcome = Outcome.PASSED, file: str = "x.py") -> ExerciseResult:
    check = CheckResult(
        name="test_a",
        title="a is right.",
        about=("train",),
        visibility=Visibility.HIDDEN,
        outcome=outcome,
        score=2.5,
        max_score=2.5,
        message="say `why`\n  twice",
        said=(Said(Role.SAW, "say `why`\n  twice"),),
        question="Why?",
    )
    return ExerciseResult(
        "autograd", file, "00ff", 2.5, 10.0, 0.2, None, (check,), ("a note",)
    )


def write(path: Path, name: str, count: int, end: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(count), end]
    return subprocess.Popen(command)


def make_database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_grade_is_recalled_by_a_later_run(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "gradebook.sqlite"
    with Gradebook(path) as book:
        book.record("k", "anna", graded())
    with Gradebook(path) as book:
        recalled = book.recall("k")

    assert recalled == graded()


def test_grade_never_recorded_is_none(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g") as book:
        book.record("k", "anna", graded())

        assert book.recall("another") is None


def test_grade_recorded_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g") as book:
        book.record("k", "anna", graded(Outcome.FAILED))
        book.record("k", "anna", graded(Outcome.PASSED))

        assert book.recall("k") == graded(Outcome.PASSED)


def test_names_that_are_not_utf8_are_remembered_as_they_are(tmp_path: Path) -> None:
    result = graded(file="autograd\udcff.py")
    with Gradebook(tmp_path / "g") as book:
        book.record("k", "anna\udcfe", result)

        assert book.recall("k") == result


def test_grade_with_a_fault_of_ours_is_not_recorded(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with Gradebook(path) as book:
        book.record("k", "anna", graded(Outcome.GRADER_ERROR))
    with closing(sqlite3.connect(path)) as connection:
        count = connection.execute("SELECT count(*) FROM grades").fetchone()[0]

    assert count == 0


def test_grade_with_a_fault_of_ours_is_not_recalled(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with Gradebook(path) as book:
        book.record("k", "anna", graded())
    payload = msgspec.json.encode(graded(Outcome.GRADER_ERROR)).decode()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE grades SET result = ?", (payload,))

    with Gradebook(path) as book:
        assert book.recall("k") is None


def test_key_is_the_same_for_the_same_parts() -> None:
    assert grade_key(**KEY_PARTS) == grade_key(**KEY_PARTS)


@pytest.mark.parametrize("part", KEY_PARTS)
def test_key_differs_when_one_part_does(part: str) -> None:
    assert grade_key(**{**KEY_PARTS, part: "other"}) != grade_key(**KEY_PARTS)


def test_key_tells_parts_apart_that_join_alike() -> None:
    moved = {**KEY_PARTS, "course_fingerprint": "c", "exercise": "0autograd"}

    assert grade_key(**moved) != grade_key(**KEY_PARTS)


def test_run_that_is_killed_loses_no_grade_recorded_before(tmp_path: Path) -> None:
    path = tmp_path / "g"
    code = write(path, "anna", 5, "killed").wait(timeout=60)
    with Gradebook(path) as book:
        scores = [getattr(book.recall(f"anna{i}"), "score", None) for i in range(5)]

    assert code == -signal.SIGKILL
    assert scores == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_runs_at_the_same_time_lose_no_grade(tmp_path: Path) -> None:
    path = tmp_path / "g"
    names = ("anna", "ben", "carl", "dora")
    writers = [write(path, name, 40, "well") for name in names]
    codes = [writer.wait(timeout=60) for writer in writers]
    with Gradebook(path) as book:
        found = [book.recall(f"{name}{i}") for name in names for i in range(40)]

    assert codes == [0] * len(names)
    assert None not in found


def test_record_is_seen_by_another_run_at_once(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "g") as one, Gradebook(tmp_path / "g") as two:
        one.record("k", "anna", graded())

        assert two.recall("k") == graded()


def refusal(path: Path) -> str:
    """Return what opening a gradebook says that must not open."""
    with pytest.raises(OperatorError) as caught, Gradebook(path):
        pass
    return str(caught.value)


def test_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "g"
    path.write_bytes(b"grades, in a format of my own\n" * 100)

    message = refusal(path)

    assert str(path) in message
    assert "Move the file away" in message
    assert path.read_bytes().startswith(b"grades, in")


def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "g"
    make_database(path, "CREATE TABLE birds (name)")
    before = path.read_bytes()

    message = refusal(path)

    assert "another program" in message
    assert path.read_bytes() == before


def test_gradebook_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with Gradebook(path):
        pass
    make_database(path, "PRAGMA user_version = 99")

    assert "version 99" in refusal(path)


def test_damaged_gradebook_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with Gradebook(path) as book:
        book.record("k", "anna", graded())
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))

    assert str(path) in refusal(path)


def test_grade_that_does_not_read_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "g"
    with Gradebook(path) as book:
        book.record("k", "anna", graded())
    make_database(path, "UPDATE grades SET result = '{\"exercise\": 3}'")

    with Gradebook(path) as book, pytest.raises(OperatorError, match="does not read"):
        book.recall("k")


def test_path_that_cannot_be_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert f"{tmp_path}: expected to read and write" in refusal(tmp_path)
    assert "file" in refusal(tmp_path / "file" / "g")
