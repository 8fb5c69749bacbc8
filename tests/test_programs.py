"""Reports get the programs that were graded, from the run or from the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from handmade import ANNA, exercise, results, submission

from grader.model import Block, Program, ProgramKind, Work
from grader.programs import kept_programs, programs_of
from grader.verdicts import VERDICTS_FILE, VerdictStore

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PROGRAM = Program(ProgramKind.SCRIPT, "a.py", "00ff", (Block("a.py", b"x = 1\n"),))
OF = results(submission("ben", exercise("a")), ANNA)


def test_program_of_an_attempt_that_does_not_count_is_not_shown() -> None:
    other = msgspec.structs.replace(PROGRAM, sha256="11")
    works = [
        Work("ben", "a", "a.py", "00ff", PROGRAM),
        Work("ben", "a", "a.py", "11", other),
    ]

    assert programs_of(works, OF)("ben", "a") == PROGRAM


def test_store_keeps_programs_for_later_reports(tmp_path: Path) -> None:
    with VerdictStore(tmp_path / VERDICTS_FILE) as store:
        store.record_program("a", PROGRAM)
    with kept_programs(OF, tmp_path) as kept:
        assert kept("ben", "a") == PROGRAM
        assert kept("anna", "backprop") is None
        assert kept("nobody", "a") is None


def test_store_is_opened_once_for_all_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VerdictStore(tmp_path / VERDICTS_FILE) as store:
        store.record_program("a", PROGRAM)
    opened = []
    enter = VerdictStore.__enter__

    def entered(store: VerdictStore) -> VerdictStore:
        opened.append(store)
        return enter(store)

    monkeypatch.setattr(VerdictStore, "__enter__", entered)
    with kept_programs(OF, tmp_path) as kept:
        assert [kept("ben", "a") for _ in range(3)] == [PROGRAM] * 3

    assert len(opened) == 1


def test_reports_without_a_store_show_no_code(tmp_path: Path) -> None:
    with kept_programs(OF, tmp_path) as kept:
        assert kept("ben", "a") is None

    assert list(tmp_path.iterdir()) == []
