"""Interrupts what computes or waits too long, where it is, and says where that was.

Timers of the process itself raise in the program's frame. A program may catch that, or
compute in C where nothing is raised: then the host ends the worker, and reads in its
output where it was, which is written at each signal.
"""

from __future__ import annotations

import faulthandler
import math
import operator
import signal
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    import types

# A statement may use half of what is left, so that something is left for the others.
_SHARE: Final = 0.5
_LEAST_S: Final = 0.1
# Raised again and again: a bare `except` takes the first ones for its own.
_AGAIN_S: Final = 0.02
_SIGNALS: Final = tuple(
    getattr(signal, name)
    for name in ("SIGPROF", "SIGALRM")
    if hasattr(signal, name) and hasattr(signal, "setitimer")
)
"""None where a system has no such timers: then the host ends what takes too long."""

# Who computed for less than this share of the time on the wall was asleep: a core that
# ten processes share gives each of them as much.
_ASLEEP: Final = 0.1
_OURS: Final = __name__.rpartition(".")[0]


class Interrupted(BaseException):
    """The program ran for too long. It is no `Exception`: few programs catch it."""


class StillComputing(Interrupted):
    """It was computing."""


class StillWaiting(Interrupted):
    """It was waiting: asleep, or for something that did not come."""


class Sleeper(Protocol):
    """What a program sleeps without time passing: see `naps`."""

    ahead_s: float

    def allow(self, seconds: float) -> None:
        """Let the program sleep for so long from now on."""


class Alarm:
    """Allowances of computing, of waiting and of sleeping, one at a time.

    Nothing is interrupted before it is installed.

    Args:
        naps: count what the program sleeps, where that takes no time.
    """

    def __init__(self, naps: Sleeper | None = None) -> None:
        self._naps = naps
        self._running = False
        self._before: dict[int, Any] = {}
        self._traced = False
        self._begun_s = self._used_s = 0.0

    def install(self, *, traced: bool = True) -> None:
        """Take the signals of the timers; this is for the main thread alone.

        Args:
            traced: whether each signal writes where the program is into its output.
        """
        self._traced = traced
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._interrupt)
        if traced:
            faulthandler.enable(file=2, all_threads=False)
        for number in _SIGNALS if traced else ():
            # Written even while no signal handler of Python's can run.
            faulthandler.register(number, file=2, all_threads=False, chain=True)

    def uninstall(self) -> None:
        """Leave the signals as they were."""
        self.stop()
        for number, handler in self._before.items():
            if self._traced:
                faulthandler.unregister(number)
            signal.signal(number, handler)

    @property
    def slept_s(self) -> float:
        """How long the program has slept without time passing."""
        return self._naps.ahead_s if self._naps else 0.0

    def start(
        self, computing_s: float, waiting_s: float, sleeping_s: float = math.inf
    ) -> None:
        """Let time run, for as long as this of computing, on the wall, and asleep."""
        if self._naps:
            self._naps.allow(sleeping_s)
        self._running = True
        self._begun_s, self._used_s = time.monotonic(), time.process_time()
        if self._before:
            signal.setitimer(signal.ITIMER_PROF, computing_s, _AGAIN_S)
            signal.setitimer(signal.ITIMER_REAL, waiting_s, _AGAIN_S)

    def stop(self) -> None:
        """Let no time run."""
        self._running = False
        if self._before:
            signal.setitimer(signal.ITIMER_PROF, 0.0)
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    def _interrupt(self, number: int, frame: types.FrameType | None) -> None:
        # What is raised in our own frames would not end the program's.
        ours = frame is not None and _OURS in frame.f_globals.get("__name__", "")
        if ours or not self._running:
            return
        computing = number == signal.SIGPROF or self._has_computed()
        raise StillComputing if computing else StillWaiting

    def _has_computed(self) -> bool:
        """Whether it waited for others who share the core, rather than for nothing."""
        passed_s = time.monotonic() - self._begun_s
        return time.process_time() - self._used_s > _ASLEEP * passed_s


class Limit:
    """The time that one request has; a context.

    Args:
        clock: interrupts what takes too long.
        allowed_s: the computing time, the time on the wall, and that asleep.
    """

    def __init__(self, clock: Alarm, *allowed_s: float) -> None:
        self._clock = clock
        self._allowed = allowed_s

    def __enter__(self) -> None:
        self._clock.start(*self._allowed)

    def __exit__(self, *_: object) -> None:
        self._clock.stop()


class Budget:
    """The time that all statements of a program have together; a context for each.

    Args:
        clock: interrupts what takes too long.
        allowed_s: the computing time, the time on the wall, and that asleep.
    """

    def __init__(self, clock: Alarm, *allowed_s: float) -> None:
        self._clock = clock
        self._left = allowed_s
        self._begun = self._now()
        self._depth = 0

    def __enter__(self) -> None:
        # A statement in the text of a magic runs on the time of the magic's.
        self._depth += 1
        if self._depth == 1:
            self._begun = self._now()
            self._clock.start(*(max(left * _SHARE, _LEAST_S) for left in self._left))

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._clock.stop()
            passed = map(operator.sub, self._now(), self._begun)
            # It may have come without the last.
            self._left = tuple(map(operator.sub, self._left, passed))

    def _now(self) -> tuple[float, ...]:
        """Return the computing time of this process, that on the wall, and asleep."""
        return time.process_time(), time.monotonic(), self._clock.slept_s
