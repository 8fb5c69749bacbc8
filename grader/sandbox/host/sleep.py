"""How long a worker has slept: it neither computed, nor waited for a core or a disk.

The kernel tells of each thread how long it was ready to run and had no core. What is
left of the time on the clock the worker spent asleep, or waited for a disk, or for this
process to read or to answer. The last two are told apart by a look at its threads'
states, and by this process's own time.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final, NamedTuple

_PROC: Final = Path("/proc")
_NANO: Final = 1e-9
# Ready to run, or waiting for a disk.
_AWAKE: Final = ("R", "D")


class _Look(NamedTuple):
    """What was seen: the time, and how much of it nobody can call sleep."""

    now_s: float
    awake_s: float


class Sleep:
    """How long a process has slept, as far as one look after the other tells.

    Where the system does not tell, nobody sleeps.

    Args:
        pid: the process.
    """

    def __init__(self, pid: int) -> None:
        self._tasks = _PROC / str(pid) / "task"
        self._last: _Look | None = None

    def since_last_look(self, computed_s: float) -> float:
        """Return how long it has slept since the last look; 0 at the first.

        Args:
            computed_s: how long it has computed so far.
        """
        queued_s = self._queued_s()
        if queued_s is None:
            return 0.0
        ours_s = time.thread_time() + (_queued_s(_PROC / "thread-self") or 0.0)
        look = _Look(time.monotonic(), computed_s + queued_s + ours_s)
        last, self._last = self._last, look
        if last is None or self._awake():
            return 0.0
        # A thread that ends takes what it waited for with it.
        awake_s = max(0.0, look.awake_s - last.awake_s)
        return max(0.0, look.now_s - last.now_s - awake_s)

    def _queued_s(self) -> float | None:
        """Return how long all threads were ready without a core; None if not told."""
        waits = [_queued_s(thread) for thread in self._threads()]
        told = [seconds for seconds in waits if seconds is not None]
        return sum(told) if told else None

    def _awake(self) -> bool:
        """Return whether a thread is running, ready to run, or waiting for a disk."""
        return any(_state(thread) in _AWAKE for thread in self._threads())

    def _threads(self) -> list[Path]:
        try:
            return list(self._tasks.iterdir())
        except OSError:  # it has ended, or this is no Linux
            return []


def _queued_s(thread: Path) -> float | None:
    """Return how long a thread was ready without a core; None if that is not told."""
    try:
        ran, queued, _ = (thread / "schedstat").read_text("ascii").split()
    except (OSError, ValueError):
        return None
    # A kernel that does not count has noughts.
    return int(queued) * _NANO if int(ran) else None


def _state(thread: Path) -> str:
    try:
        stat = (thread / "stat").read_text("latin-1")
    except OSError:  # it has ended
        return ""
    return stat.rpartition(")")[2].split()[0]
