"""How long a request may take: by the worker's own computing time, and on the wall."""

from __future__ import annotations

import math
import os
import sys
import time

# Whether the system tells how long another process has computed.
_READS_CLOCKS = sys.platform == "linux" and hasattr(time, "clock_gettime")
_CORES = os.cpu_count() or 1
_TICK_S = 0.005
# A worker that meets the deadline on the clock with less than this share of its
# computing time was asleep.
_ASLEEP = 0.1
# So many processes may share a core before computing takes too long on the wall.
_CROWD = 5
# A machine that is busy may let a process wait for so long at once.
_PAUSE_S = 5


class Stopwatch:
    """How long a request took, by the worker's own computing time.

    A busy machine may double the time on the clock, and costs no student a point. A
    program that sleeps uses no computing time, and meets the deadline on the clock.

    Args:
        pid: the worker's process.
        limit_s: the computing time that is allowed, on the nominal machine.
        pace: how many times as long things take on this one.
        deadline_s: how long it may take on the wall, on the nominal machine; the usual
            deadline of such a request counts as well.
    """

    def __init__(
        self,
        pid: int,
        limit_s: float,
        pace: float = 1.0,
        deadline_s: float = math.inf,
    ) -> None:
        # What clock_getcpuclockid(3) returns for a process.
        self._clock = (~pid << 3) | 2
        self._pace = pace
        self._limit_s = limit_s * pace
        self._deadline_s = deadline_s * pace
        self._begun = time.monotonic()
        self._used_before = self._cpu_s()

    @property
    def used_s(self) -> float:
        """The computing time since the start, or the share of the deadline gone by.

        It is counted in seconds of the nominal machine.
        """
        return self._here_s() / self._pace

    @property
    def waited_s(self) -> float:
        """The time on the wall since the start, in seconds of the nominal machine."""
        return self._on_the_wall_s() / self._pace

    @property
    def computing(self) -> bool:
        """Whether the worker computes, rather than sleeps."""
        due_s = min(self._limit_s, self._on_the_wall_s() / _CROWD)
        return self._computed_s() > _ASLEEP * due_s

    def patience_s(self) -> float:
        """Return how long to wait before looking again; 0 when time is up."""
        left = self._limit_s - self._here_s()
        until = self._deadline_s - self._on_the_wall_s()
        if min(left, until) <= 0:
            return 0.0
        return max(min(left / _CORES, until), _TICK_S)

    def _here_s(self) -> float:
        share = self._on_the_wall_s() * self._limit_s / wall_s(self._limit_s)
        return max(self._computed_s(), share)

    def _on_the_wall_s(self) -> float:
        return time.monotonic() - self._begun

    def _computed_s(self) -> float:
        return self._cpu_s() - self._used_before

    def _cpu_s(self) -> float:
        if not _READS_CLOCKS:  # nobody knows: then the time on the wall is taken for it
            return time.monotonic()
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # the process has ended: its channel will say so
            return 0.0


def wall_s(limit_s: float) -> float:
    """Return the deadline on the clock for an allowance of computing time."""
    return _CROWD * limit_s + min(_PAUSE_S, 10 * limit_s)
