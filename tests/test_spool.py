"""Sequences on disk are as sequences in memory, and hold one item at a time."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from handmade import ANNA, BEN
from memory import alive, from_now_on

from grader import spool
from grader.errors import OperatorError
from grader.model import SubmissionResult, Work
from grader.spool import Spool, picked

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = tuple(f"s{number:03}" for number in range(50))
WORKS = tuple(Work(name, "autograd", notes=(name * 9,)) for name in NAMES)


@pytest.fixture(params=[0, 1000, 10**6], ids=["on disk", "half of it", "not yet"])
def works(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Spool[Work]:
    monkeypatch.setattr(spool, "_BUFFER_BYTES", request.param)
    return Spool(Work, WORKS)


def test_items_come_back_as_they_were(works: Spool[Work]) -> None:
    assert list(works) == list(WORKS)
    assert (works[0], works[-1], works[7]) == (WORKS[0], WORKS[-1], WORKS[7])
    assert len(works) == len(WORKS)
    assert Spool(SubmissionResult, (ANNA, BEN)) == (ANNA, BEN)


def test_spool_equals_what_holds_the_same(works: Spool[Work]) -> None:
    assert works == WORKS
    assert works == WORKS
    assert works == Spool(Work, WORKS)
    assert works != WORKS[1:]
    assert works != (*WORKS[:-1], WORKS[0])
    assert works != "works"


def test_part_of_a_spool_is_a_spool(works: Spool[Work]) -> None:
    assert works[3:9:2] == WORKS[3:9:2]
    assert works.picked([5, 2]) == (WORKS[5], WORKS[2])
    assert works.picked([5, 2])[:1] == (WORKS[5],)
    with pytest.raises(IndexError):
        works[len(WORKS)]


def test_those_that_are_wanted_are_picked(works: Spool[Work]) -> None:
    def even(work: Work) -> bool:
        return int(work.student[1:]) % 2 == 0

    both: tuple[Sequence[Work], ...] = (picked(works, even), picked(WORKS, even))

    assert [*both[0]] == [*both[1]] == list(WORKS[::2])


def test_text_that_no_file_can_hold_is_kept(works: Spool[Work]) -> None:
    odd = Work("\udcff", "autograd")
    works.append(odd)
    works.append(WORKS[0])

    assert works[len(WORKS) :] == (odd, WORKS[0])


def test_items_are_not_in_memory(works: Spool[Work]) -> None:
    with from_now_on():
        for work in works:
            assert work.student
            assert alive(Work)
        del work

        assert not alive(Work)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - to count is enough


def test_file_is_closed_with_the_last_that_reads_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spool, "_BUFFER_BYTES", 0)
    before = open_files()
    works: Spool[Work] | None = Spool(Work, WORKS)
    part = works[:2] if works else ()
    during = open_files()
    works = None
    assert part == WORKS[:2]
    del part

    assert during == before + 1
    assert open_files() == before
    assert works is None


def test_disk_without_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(spool, "_BUFFER_BYTES", 0)
    monkeypatch.setattr(os, "write", full)

    with pytest.raises(OperatorError, match=r"No space left on device\. Make room"):
        Spool(Work, WORKS)
