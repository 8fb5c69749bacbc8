"""Code that takes too long is interrupted, and nothing of ours is."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.worker.clock import (
    Alarm,
    Budget,
    Limit,
    StillComputing,
    StillWaiting,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> Iterator[Alarm]:
    made = Alarm()
    made.install()
    yield made
    made.uninstall()


def test_loop_that_catches_everything_is_left_all_the_same(clock: Alarm) -> None:
    def catching() -> None:
        while True:
            try:  # noqa: SIM105 - as students write it
                time.time()
            except BaseException:  # noqa: BLE001, S110 - what students write
                pass

    with pytest.raises(StillComputing), Limit(clock, 0.05, 60.0):
        catching()


def test_no_time_runs_after_the_limit(clock: Alarm) -> None:
    with Limit(clock, 60.0, 60.0):
        pass

    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_statement_may_use_half_of_what_is_left(clock: Alarm) -> None:
    budget = Budget(clock, 80.0, 800.0)
    with budget:
        first, _ = signal.getitimer(signal.ITIMER_PROF)
        with budget:  # the text of a magic belongs to its statement
            inside, _ = signal.getitimer(signal.ITIMER_REAL)
    budget._left = (10.0, 0.0)
    with budget:
        later, _ = signal.getitimer(signal.ITIMER_PROF)
        least, _ = signal.getitimer(signal.ITIMER_REAL)

    assert first == pytest.approx(40.0, rel=0.1)
    assert inside == pytest.approx(400.0, rel=0.1)
    assert later == pytest.approx(5.0, rel=0.1)
    assert 0 < least <= 0.1


def test_wall_tells_who_waits_for_a_core_from_who_sleeps(clock: Alarm) -> None:
    def computing() -> None:
        while True:
            pass

    with pytest.raises(StillComputing), Limit(clock, 60.0, 0.1):
        computing()
    with pytest.raises(StillWaiting), Limit(clock, 60.0, 0.1):
        time.sleep(30)
