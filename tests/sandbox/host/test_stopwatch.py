"""Time is computing time; by the clock, a sleeper has less than a process at work."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from grader.sandbox import pace
from grader.sandbox.host import sleep
from grader.sandbox.host.sleep import Sleep
from grader.sandbox.host.stopwatch import Stopwatch, wall_s

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PID = 77
MAIN, OTHER = 77, 78
SECOND = 10**9


@dataclass
class Process:
    """What the kernel tells of a process, and a clock that stands still."""

    root: Path
    now_s: float = 0.0
    ours_s: float = 0.0

    def thread(self, number: int, state: str, ran_s: float, queued_s: float) -> None:
        """Say what one of its threads does, and what it did."""
        folder = self.root / str(PID) / "task" / str(number)
        self._write(folder, state, ran_s, queued_s)

    def ours(self, queued_s: float) -> None:
        """Say how long the process that looks had no core."""
        self._write(self.root / "thread-self", "R", 1.0, queued_s)

    def _write(self, folder: Path, state: str, ran_s: float, queued_s: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        told = f"{int(ran_s * SECOND)} {int(queued_s * SECOND)} 9\n"
        (folder / "schedstat").write_text(told)
        (folder / "stat").write_text(f"{folder.name} (a) R (b)) {state} 1 2 3\n")


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Process:
    made = Process(tmp_path)
    made.thread(MAIN, "S", 1.0, 0.0)
    monkeypatch.setattr(sleep, "_PROC", tmp_path)
    monkeypatch.setattr(time, "monotonic", lambda: made.now_s)
    monkeypatch.setattr(time, "thread_time", lambda: made.ours_s)
    return made


def two_looks(
    process: Process, change: Callable[[], object], computed_s: float
) -> float:
    """Return what the second look finds, ten seconds after the first."""
    watched = Sleep(PID)

    assert watched.since_last_look(3.0) == 0.0
    process.now_s = 10.0
    change()
    return watched.since_last_look(3.0 + computed_s)


def test_who_neither_computes_nor_waits_for_a_core_sleeps(process: Process) -> None:
    assert two_looks(process, lambda: None, 0.0) == pytest.approx(10.0)


@pytest.mark.parametrize("state", ["T", "t", "Z"])
def test_who_is_stopped_sleeps_as_well(process: Process, state: str) -> None:
    stop = lambda: process.thread(MAIN, state, 1.0, 0.0)  # noqa: E731 - one expression

    assert two_looks(process, stop, 0.0) == pytest.approx(10.0)


def test_computing_is_no_sleep(process: Process) -> None:
    assert two_looks(process, lambda: None, 4.0) == pytest.approx(6.0)


def test_waiting_for_a_core_is_no_sleep(process: Process) -> None:
    wait = lambda: process.thread(MAIN, "S", 1.0, 9.5)  # noqa: E731 - one expression

    assert two_looks(process, wait, 0.25) == pytest.approx(0.25)


@pytest.mark.parametrize("state", ["R", "D"])
def test_who_runs_or_waits_for_a_disk_does_not_sleep(
    process: Process, state: str
) -> None:
    work = lambda: process.thread(OTHER, state, 1.0, 0.0)  # noqa: E731 - one expression

    assert two_looks(process, work, 0.0) == 0.0


def test_waiting_for_us_is_no_sleep(process: Process) -> None:
    process.ours(1.0)

    def be_slow() -> None:
        process.ours(5.0)
        process.ours_s = 3.0

    assert two_looks(process, be_slow, 0.0) == pytest.approx(3.0)


def test_thread_that_ended_takes_nothing_from_others(process: Process) -> None:
    process.thread(OTHER, "S", 1.0, 99.0)

    def end_one() -> None:
        for path in (process.root / str(PID) / "task" / str(OTHER)).iterdir():
            path.unlink()

    assert two_looks(process, end_one, 0.0) == pytest.approx(10.0)


def test_nobody_sleeps_where_the_system_does_not_tell(process: Process) -> None:
    process.thread(MAIN, "S", 0.0, 0.0)

    assert two_looks(process, lambda: None, 0.0) == 0.0


def test_process_without_a_core_is_told_as_long_as_its_thread_that_waits_longest(
    process: Process,
) -> None:
    """Threads that wait for one another wait no longer together."""
    watched = Sleep(PID)
    process.thread(OTHER, "S", 1.0, 2.0)
    watched.since_last_look(3.0)
    process.now_s = 10.0
    process.thread(MAIN, "R", 1.0, 5.0)
    process.thread(OTHER, "R", 1.0, 6.0)
    watched.since_last_look(4.0)

    assert watched.queued_s == pytest.approx(5.0)
    process.now_s = 20.0
    process.thread(MAIN, "R", 1.0, 50.0)
    watched.since_last_look(8.0)
    assert watched.queued_s == pytest.approx(6.0)


def test_second_without_a_core_counts_a_quarter_and_is_no_sleep(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = {"s": 0.0}
    monkeypatch.setattr(time, "clock_gettime", lambda _: computed["s"])
    watch = Stopwatch(PID, 5.5, deadline_s=30.5, grace_s=0.5)
    while process.now_s < 60.0:
        process.now_s += 1.0
        # Of a hundred seconds one is computing, the others go to whoever has the core.
        computed["s"] = 0.01 * process.now_s
        process.thread(MAIN, "R", 1.0, 0.99 * process.now_s)

        assert watch.patience_s()

    assert watch.waited_s == pytest.approx(16, abs=1)
    assert watch.computing
    assert not watch.is_due
    while watch.patience_s():
        process.now_s += 0.1
        process.thread(MAIN, "R", 1.0, 0.99 * process.now_s)
    assert process.now_s == pytest.approx(30.5 / (0.99 / 4 + 0.01), abs=5)
    assert watch.is_due


def test_who_drips_on_a_busy_machine_sleeps(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed = {"s": 0.0}
    monkeypatch.setattr(time, "clock_gettime", lambda _: computed["s"])
    watch = Stopwatch(PID, 5.5, deadline_s=30.5, grace_s=0.5)
    while watch.patience_s():
        process.now_s += 1.0
        computed["s"] = 0.05 * process.now_s
        process.thread(MAIN, "S", 1.0, 0.7 * process.now_s)

    assert not watch.computing


def naps(process: Process, watch: Stopwatch, tick_s: float = 0.02) -> float:
    """Let it sleep until it must be woken or ended; return the time then."""
    while watch.patience_s() and not watch.overslept:
        process.now_s += tick_s
    return process.now_s


def test_second_asleep_counts_for_as_many_as_share_a_core(process: Process) -> None:
    process.ours(0.0)
    watch = Stopwatch(PID, 5.5, deadline_s=wall_s(5) + 0.5, grace_s=0.5)
    woken_s = naps(process, watch)

    assert woken_s == pytest.approx(wall_s(5) / 5, abs=0.15)
    assert watch.waited_s == pytest.approx(wall_s(5))
    assert not watch.computing
    process.now_s += 0.02
    while watch.patience_s():
        assert watch.overslept
        process.now_s += 0.02
    assert process.now_s - woken_s == pytest.approx(0.5, abs=0.03)


def test_statement_may_sleep_for_half_of_what_is_left(process: Process) -> None:
    process.ours(0.0)
    watch = Stopwatch(PID, 10.5, deadline_s=55.5, grace_s=0.5, nap=0.5)
    first_s = naps(process, watch)
    process.now_s += 0.02
    second_s = naps(process, watch) - first_s

    assert first_s == pytest.approx(5.5, abs=0.15)
    assert second_s == pytest.approx(first_s / 2, abs=0.15)


def test_slow_machine_takes_longer_for_the_same_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "clock_gettime", lambda _: 0.0)
    watch = Stopwatch(os.getpid(), 2.0, pace=3.0)
    monkeypatch.setattr(time, "clock_gettime", lambda _: 5.1)

    assert watch.used_s == pytest.approx(1.7)
    assert watch.patience_s() > 0
    assert watch.computing

    monkeypatch.setattr(time, "clock_gettime", lambda _: 6.0)

    assert watch.patience_s() == 0


def test_who_sleeps_through_the_deadline_is_not_computing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watch = Stopwatch(os.getpid(), 2.0)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + wall_s(2.0))

    assert watch.patience_s() == 0
    assert not watch.computing


def test_time_on_the_wall_counts_by_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Stopwatch(os.getpid(), 2.0)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + wall_s(2.0))

    assert watch.used_s >= 2.0
    assert watch.patience_s() == 0


@dataclass
class Busy:
    """A process that computes, and a machine that is as fast as it is told."""

    watch: Stopwatch
    clock: list[float]

    def look(self, seconds: float) -> float:
        """Return how long it may go on, so many seconds later."""
        self.clock[0] += seconds
        return self.watch.patience_s()


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Busy:
    slowness = iter(request.param)
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "clock_gettime", lambda _: clock[0])
    monkeypatch.setattr(pace, "at_a_glance", lambda: next(slowness))
    return Busy(Stopwatch(PID, 10.0, 2.0), clock)


@pytest.mark.parametrize("busy", [[2.0, 1.1, 2.9, 2.0, 2.0]], indirect=True)
def test_time_is_that_of_the_machine_as_it_is_seen(busy: Busy) -> None:
    """Its pace is 2: a second of the nominal machine lasts two, at least."""
    patience_s = [busy.look(each) for each in (0.05, 0.1, 0.1, 1.0, 1.0, 1.0)]

    assert max(patience_s) <= 0.25
    assert busy.watch.used_s == busy.watch.paced_s
    assert busy.watch.used_s == pytest.approx(3.25 / 2)


@pytest.mark.parametrize("busy", [[3.0, 5.0] * 20], indirect=True)
def test_slower_machine_has_longer_seconds(busy: Busy) -> None:
    for _ in range(38):
        assert busy.look(1.0) > 0

    assert busy.watch.used_s == busy.watch.paced_s == pytest.approx(9.5)
    assert busy.look(2.1) == 0


@pytest.mark.parametrize("busy", [[7.0] * 99], indirect=True)
def test_machine_that_is_far_too_slow_is_not_waited_for(busy: Busy) -> None:
    while busy.look(1.0):
        pass

    assert busy.watch.used_s == pytest.approx(10.0)
    assert busy.clock[0] == 160.0
    assert busy.watch.paced_s == 0


def test_whoever_computes_is_woken_when_its_time_is_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "clock_gettime", lambda _: clock[0])
    monkeypatch.setattr(pace, "at_a_glance", lambda: 2.0)
    watch = Stopwatch(PID, 1.5, computing_grace_s=0.5, wakes=True)
    woken = []
    while watch.patience_s():
        if watch.is_due:
            woken.append(clock[0])
        clock[0] += 0.05

    assert woken[0] == pytest.approx(2.0, abs=0.06)
    assert clock[0] == pytest.approx(3.0, abs=0.06)
    assert len(woken) > 10


@pytest.mark.parametrize("busy", [[]], indirect=True)
def test_nobody_looks_at_the_machine_for_a_moment(busy: Busy) -> None:
    assert busy.look(0.05) > 0
    assert busy.watch.paced_s == 0


@pytest.mark.parametrize("busy", [[2.0] * 9], indirect=True)
def test_rest_of_a_message_has_little_time(busy: Busy) -> None:
    busy.look(1.0)
    for _ in range(3):
        busy.watch.hurry()
        busy.clock[0] += 0.5
    assert busy.watch.patience_s() > 0

    assert busy.look(0.6) == 0.0


def test_pace_at_a_glance_is_about_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([1.0, 1.004])
    monkeypatch.setattr(time, "thread_time", lambda: next(ticks))

    assert pace.at_a_glance() == pytest.approx(2.0)
