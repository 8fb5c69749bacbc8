"""Results are read from their file one student at a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from handmade import ANNA, BEN, CLASS, results
from memory import alive, from_now_on

from grader.errors import UsageError
from grader.model import ExerciseResult
from grader.report import filed
from grader.report.filed import read
from grader.report.formats import results_json
from grader.report.formats.results_json import RESULTS_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Results

HOSTILE = '"submissions": [\n    {\n    },\n  ]\n }, ] \x1b[31m'
TRAPS = msgspec.structs.replace(
    results(ANNA, msgspec.structs.replace(BEN, comments=(HOSTILE,)), ANNA),
    course=HOSTILE,
)


def filed_in(folder: Path, of: Results) -> Path:
    (folder / RESULTS_FILE).write_bytes(results_json.encode(of))
    return folder


@pytest.mark.parametrize("chunk", [1000, 1001, 10**6])
@pytest.mark.parametrize(
    "of", [CLASS, TRAPS, results(BEN)], ids=["two", "traps", "one"]
)
def test_students_are_those_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: Results, chunk: int
) -> None:
    monkeypatch.setattr(filed, "_CHUNK_BYTES", chunk)
    found = read(filed_in(tmp_path, of))
    whole = results_json.read(tmp_path)

    assert not isinstance(found.submissions, tuple)
    assert tuple(found.submissions) == whole.submissions
    assert found.submissions[-1] == whole.submissions[-1]
    assert found.submissions[:1] == whole.submissions[:1]
    assert msgspec.structs.replace(found, submissions=whole.submissions) == whole


def test_file_that_is_laid_out_otherwise_is_read_whole(tmp_path: Path) -> None:
    plain = json.loads(results_json.encode(CLASS))
    (tmp_path / RESULTS_FILE).write_text(json.dumps(plain))
    assert read(tmp_path) == CLASS

    filed_in(tmp_path, results())
    assert read(tmp_path).submissions == ()


@pytest.mark.parametrize("content", [b"", b"{", b'\n  "submissions": [\n    {\n    }'])
def test_file_that_holds_no_results_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RESULTS_FILE).write_bytes(content)
    with pytest.raises(UsageError, match="expected results written by"):
        read(tmp_path)
    (tmp_path / RESULTS_FILE).unlink()
    with pytest.raises(UsageError, match="no results can be read here"):
        read(tmp_path)


def test_student_who_does_not_read_is_told(tmp_path: Path) -> None:
    filed_in(tmp_path, CLASS)
    text = (tmp_path / RESULTS_FILE).read_text()
    (tmp_path / RESULTS_FILE).write_text(text.replace('"ben"', "7"))
    found = read(tmp_path)

    assert found.submissions[0] == ANNA
    with pytest.raises(UsageError, match="a student who does not read"):
        list(found.submissions)


def test_students_are_not_in_memory(tmp_path: Path) -> None:
    with from_now_on():
        found = read(filed_in(tmp_path, CLASS))
        for submission in found.submissions:
            assert submission.exercises
            assert alive(ExerciseResult)

        del submission
        assert not alive(ExerciseResult)
