"""A sleep takes no time, and counts as if it did."""

from __future__ import annotations

import threading
import time
from _thread import _count
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.worker import naps as sleeping
from grader.sandbox.worker.clock import Alarm, Budget, Limit, StillWaiting
from grader.sandbox.worker.naps import Naps
from grader.sandbox.worker.replacing import Replacements

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCKS = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter")


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return for how long time really passes."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


@pytest.fixture
def naps(slept: list[float], monkeypatch: pytest.MonkeyPatch) -> Iterator[Naps]:
    # Doubles of workers, in other tests, leave threads behind.
    already = sleeping.other_threads()
    monkeypatch.setattr(sleeping, "other_threads", lambda: _count() - already)
    replaced = Replacements()
    made = Naps()
    made.install(replaced)
    yield made
    replaced.undo()
    time.sleep(0.01)
    assert slept[-1] == 0.01


def test_sleep_takes_no_time(naps: Naps, slept: list[float]) -> None:
    time.sleep(1000)
    time.sleep(0.01)

    assert slept == [0, 0]
    assert naps.ahead_s == pytest.approx(1000.01)


@pytest.mark.parametrize("name", CLOCKS)
def test_clocks_see_the_sleep(naps: Naps, name: str) -> None:
    clock = getattr(time, name)
    begun = clock()
    time.sleep(1000)
    passed = clock() - begun

    assert type(passed) is type(begun)
    assert passed / (1e9 if name.endswith("_ns") else 1) == pytest.approx(1000, abs=30)
    assert naps.ahead_s == 1000


def test_what_python_refuses_is_refused_by_it(naps: Naps, slept: list[float]) -> None:
    for seconds in (-1, 0, float("nan"), float("inf"), 1e12, "1"):
        time.sleep(seconds)  # type: ignore[arg-type]

    assert slept[:2] == [-1, 0]
    assert slept[3:] == [float("inf"), 1e12, "1"]
    assert naps.ahead_s == 0


def test_other_threads_have_their_time(naps: Naps, slept: list[float]) -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        time.sleep(1)
        time.sleep(0.01)
    finally:
        done.set()
        other.join()

    assert slept == pytest.approx([1, 0.0005])
    assert naps.ahead_s == 0


def test_nobody_sleeps_for_longer_than_is_allowed(naps: Naps) -> None:
    clock = Alarm(naps)
    with Limit(clock, 60, 60, 5):
        time.sleep(4)
        for _ in range(2):
            with pytest.raises(StillWaiting):
                time.sleep(2)
    with Limit(clock, 60, 60, 5):
        time.sleep(4)

    assert naps.ahead_s == 8


def test_somebody_looking_on_costs_a_twentieth(naps: Naps) -> None:
    with Limit(Alarm(naps), 60, 60, 5):
        for _ in range(1000):
            time.sleep(0.05)

    assert naps.ahead_s == pytest.approx(50)


def test_statement_may_sleep_for_half_of_what_is_left(naps: Naps) -> None:
    budget = Budget(Alarm(naps), 60, 6000, 8)
    with budget:
        time.sleep(3)
    with budget:
        time.sleep(2)
        with pytest.raises(StillWaiting):
            time.sleep(1)
    with budget, pytest.raises(StillWaiting):
        time.sleep(2)

    assert naps.ahead_s == 5
