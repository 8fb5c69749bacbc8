"""Ends a check that does not end: a loop of the author's, not of the student's.

What the student's code takes has limits of its own. A timer looks now and then at what
the check itself has taken, and raises into it once that is too much.
"""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from grader.judging.checks.host import Host

# A check that computes is on a machine that others use, too: waiting is seen later.
WAITING: Final = 3.0
_TICK_S: Final = 0.25
_AT_A_TIME: Final = 8


class CheckTooLong(BaseException):
    """A check has run longer than it may; `str` says so in words for the instructor."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"ran longer than {seconds:g} s")
        self.seconds = seconds


class _Watched:
    """One run of a check, and what it has taken so far."""

    def __init__(self, host: Host, limit_s: float, pace: float) -> None:
        self._host = host
        self._limit_s = limit_s
        self._pace = pace
        self._waited_s, self._read_s = host.waited_s, host.read_s
        self._begun_s = time.monotonic()
        self._computed_s = time.thread_time()

    def look(self) -> None:
        """Raise `CheckTooLong` if the check itself, not the student, took too long."""
        if self._host.asking:
            return
        here_s = self._limit_s * self._pace
        read_s = self._host.read_s - self._read_s
        computed_s = time.thread_time() - self._computed_s - read_s
        others_s = self._host.waited_s - self._waited_s
        passed_s = time.monotonic() - self._begun_s - others_s
        if computed_s > here_s or passed_s > WAITING * here_s:
            raise CheckTooLong(self._limit_s)


class Guard:
    """Watches checks, and the search for reasons, in the main thread only.

    What runs within something else is watched alone, until it ends.

    Args:
        pace: how many times as long as on the nominal machine things take.
    """

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace
        self._watched: list[_Watched | None] = []

    @contextmanager
    def over(self, host: Host, limit_s: float) -> Iterator[None]:
        """Watch what runs in this context.

        Args:
            host: of the program that is checked: its time is not the check's.
            limit_s: how long the check may compute, on the nominal machine.

        Raises:
            CheckTooLong: it computed longer, or did nothing for three times as long.
        """
        main = threading.current_thread() is threading.main_thread()
        if not main or not hasattr(signal, "setitimer"):
            yield
            return
        with self._within(_Watched(host, limit_s, self._pace)):
            before = signal.signal(signal.SIGALRM, self._tick)
            tick_s = min(_TICK_S, limit_s / _AT_A_TIME)
            timer = signal.setitimer(signal.ITIMER_REAL, tick_s, tick_s)
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_REAL, *timer)
                signal.signal(signal.SIGALRM, before)

    def paused(self) -> AbstractContextManager[None]:
        """Watch nothing in this context but what is watched within it."""
        return self._within(None)

    @contextmanager
    def _within(self, watched: _Watched | None) -> Iterator[None]:
        self._watched.append(watched)
        try:
            yield
        finally:
            self._watched.pop()

    def _tick(self, *_: object) -> None:
        innermost = self._watched[-1] if self._watched else None
        if innermost is not None:
            innermost.look()


class NoGuard(Guard):
    """Watches nothing: where check and program are one process, their time is one."""

    @contextmanager
    def over(self, host: Host, limit_s: float) -> Iterator[None]:
        """Let what runs in this context take its time; the program's is limited."""
        del host, limit_s
        yield
