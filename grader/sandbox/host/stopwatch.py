"""How long a request may take: by the worker's own computing time, and on the wall."""

from __future__ import annotations

import contextlib
import functools
import math
import os
import statistics
import sys
import time

from grader.sandbox import pace as paces
from grader.sandbox.host.sleep import Sleep, tells

# Whether the system tells how long another process has computed.
_READS_CLOCKS = sys.platform == "linux" and hasattr(time, "clock_gettime")
_CORES = os.cpu_count() or 1
_TICK_S = 0.005
# A worker that meets the deadline on the clock with less than this share of its
# computing time was asleep.
_ASLEEP = 0.1
# This many processes may share a core before computing takes too long by the clock.
_CROWD = 5
# A second without a core counts for less: other processes had it.
_QUEUED = 0.25
# A busy machine may let a process wait this long at once.
_PAUSE_S = 5
# Most requests are over before anybody looks whether they sleep.
_FIRST_LOOK_S = 0.1
_LOOK_S = 0.25
# Whoever sends its answer in drops wakes its checker all the time.
_AGAIN_S = 0.05
# The rest of a message that has begun to arrive has this long.
_ARRIVING_S = 1.0
# A machine that is slower than its pace by more than this is not waited for.
_SLOWEST = 3.0
# Who is woken may not hear it at once.
_WAKING_S = 0.02


class Stopwatch:
    """How long a request took, by the worker's own computing time.

    A busy machine may double the time on the clock, and costs no student a point. A
    program that sleeps uses no computing time, and meets the deadline on the clock,
    which has room for others who share the core. Where the machine is slower than its
    pace meanwhile, a second of the nominal machine lasts longer.

    A sleeper does not wait for a core: where the system tells, a second asleep counts
    for as many as may share one, and a second that is spent waiting for a core counts
    for a quarter.

    Args:
        pid: the worker's process.
        limit_s: the computing time that is allowed, on the nominal machine.
        pace: how many times as long things take on this one.
        deadline_s: how long it may take on the wall, on the nominal machine; the usual
            deadline of such a request counts as well.
        grace_s: the last part of that, in which a sleeper is woken.
        nap: the share of what is left that a sleeper may use before it is woken.
        computing_grace_s: the last part of its computing time, in which it is woken.
        wakes: whether whoever computes is woken, too, when its time is up.

    `is_due` is true when it is to be woken, or is to say where it was; `is_hurried`
    when a part of its answer has arrived.
    """

    def __init__(
        self,
        pid: int,
        limit_s: float,
        pace: float = 1.0,
        deadline_s: float = math.inf,
        grace_s: float = 0.0,
        nap: float = 1.0,
        *,
        computing_grace_s: float = 0.0,
        wakes: bool = False,
    ) -> None:
        # What clock_getcpuclockid(3) returns for a process.
        self._clock = (~pid << 3) | 2
        self._pace = pace
        self._nominal_s, self._grace_s = limit_s, computing_grace_s
        self._limit_s = limit_s * pace
        self._wakes = wakes and _READS_CLOCKS
        self._deadline_s = deadline_s * pace
        self._due_s = (deadline_s - grace_s) * pace
        self._nap = nap
        self._sleep = Sleep(pid)
        self._added_s = 0.0
        self._napped_s = 0.0
        self._slept_s = 0.0
        self._slowness: list[float] = []
        self.overslept = self.is_due = self.is_hurried = False
        self._next_look_s = _FIRST_LOOK_S
        self._begun = self._glance_s = time.monotonic()
        self._cpu_seen_s = 0.0
        self._used_before = self._cpu_s()

    @property
    def used_s(self) -> float:
        """The computing time since the start, or the share of the deadline gone by.

        It is counted in seconds of the nominal machine.
        """
        share = self._on_the_wall_s() / wall_s(self._limit_s)
        return max(self._computed_s() / self._pace_now(), share * self._nominal_s)

    @property
    def waited_s(self) -> float:
        """The time on the wall since the start, in seconds of the nominal machine.

        Seconds asleep count for more, seconds without a core for less.
        """
        return self._on_the_wall_s() / self._pace

    @property
    def computing(self) -> bool:
        """Whether the worker computes or waits for a core, rather than sleeps."""
        if self._sleep.is_told:
            return self._slept_s <= self._computed_s()
        due_s = min(self._limit_s, self._on_the_wall_s() / _CROWD)
        return self._computed_s() > _ASLEEP * due_s

    @property
    def paced_s(self) -> float:
        """The computing time since the start, as far as the machine was seen then.

        It is counted in seconds of the nominal machine; 0 if nobody has looked, or the
        machine was too slow to be waited for.
        """
        seen = self._slowness
        known = seen and statistics.mean(seen) <= _SLOWEST * self._pace
        return self._computed_s() / self._pace_now() if known else 0.0

    def hurry(self) -> None:
        """Expect the rest of a message that has begun to arrive."""
        self.is_hurried = True
        arriving_s = self._on_the_wall_s() + _ARRIVING_S * self._pace
        self._deadline_s = min(self._deadline_s, arriving_s)

    def patience_s(self) -> float:
        """Return how long to wait before looking again; 0 when time is up."""
        passed_s = time.monotonic() - self._begun
        self.overslept = self.is_due = False
        if passed_s >= self._next_look_s:
            self._next_look_s = passed_s + (_AGAIN_S if self.is_hurried else 0.0)
            self._look()
        left = (self._nominal_s - self.used_s) * self._pace_now()
        until = self._deadline_s - self._on_the_wall_s()
        if min(left, until) <= 0:
            return 0.0
        due = left - self._grace_s * self._pace_now()
        if self._wakes and due <= 0:
            self.is_due = True
            return _WAKING_S
        look_s = _LOOK_S if passed_s >= _FIRST_LOOK_S else _FIRST_LOOK_S
        left = due if self._wakes else left
        return max(min(left / _CORES, until / _CROWD, look_s), _TICK_S)

    def _look(self) -> None:
        """See how it passes its time: whether it has slept enough, and the machine."""
        self._glance()
        slept_s = self._sleep.since_last_look(self._computed_s())
        self._slept_s += slept_s
        self._added_s -= (1 - _QUEUED) * self._sleep.queued_s
        left_s = self._due_s - self._on_the_wall_s()
        self._added_s += max(0.0, min((_CROWD - 1) * slept_s, left_s))
        self._napped_s += _CROWD * slept_s
        left_s = self._due_s - self._on_the_wall_s()
        most_s = self._nap * (self._napped_s + max(0.0, left_s))
        self.overslept = slept_s > 0 and self._napped_s > most_s - _TICK_S
        # Its own timer has room for others who have the core.
        self.is_due = self.overslept or left_s <= 0
        if self.overslept:
            self._napped_s = 0.0

    def _glance(self) -> None:
        """See how fast the machine is, but rarely: that takes time, too."""
        now_s = time.monotonic()
        if now_s >= self._glance_s:
            self._glance_s = now_s + _LOOK_S
            self._slowness.append(paces.at_a_glance())

    def _pace_now(self) -> float:
        """Return how many times as long things take: as far as was seen, or as told."""
        if not self._slowness:
            return self._pace
        slowness = statistics.mean(self._slowness)
        return min(max(self._pace, slowness), _SLOWEST * self._pace)

    def _on_the_wall_s(self) -> float:
        return time.monotonic() - self._begun + self._added_s

    def _computed_s(self) -> float:
        return self._cpu_s() - self._used_before

    def _cpu_s(self) -> float:
        if not _READS_CLOCKS:  # nobody knows: then the time on the wall is taken for it
            return time.monotonic()
        # When the process has ended, its channel will say so.
        with contextlib.suppress(OSError):
            self._cpu_seen_s = time.clock_gettime(self._clock)
        return self._cpu_seen_s


def raw_wall_s(deadline_s: float) -> float:
    """Return how long a deadline may be on the wall, whoever else has the core."""
    return deadline_s / _QUEUED if _tells() else deadline_s


def raw_limit_s(limit_s: float) -> float:
    """Return how long a process may compute where it is seen how fast the machine is.

    Whoever watches it wakes it when its time is up.
    """
    return _SLOWEST * limit_s if _READS_CLOCKS else limit_s


def asleep_s(deadline_s: float) -> float:
    """Return for how long a sleeper may sleep until a deadline."""
    return deadline_s / _CROWD


@functools.cache
def _tells() -> bool:
    return tells()


def wall_s(limit_s: float) -> float:
    """Return the deadline on the clock for an allowance of computing time."""
    return _CROWD * limit_s + min(_PAUSE_S, 10 * limit_s)
