"""How long a worker has slept, and for how long it waited for a core.

Who sleeps neither computes, nor waits for a core or a disk.

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
    """What was seen: the time, how much of it nobody can call sleep, and threads."""

    now_s: float
    awake_s: float
    computed_s: float
    queues_s: dict[str, float]


class Sleep:
    """How a process's time passes, as far as one look after the other tells.

    Where the system does not tell, nobody sleeps. `queued_s` is how long it was ready
    to run and had no core, between the last two looks.

    Args:
        pid: the process.
    """

    def __init__(self, pid: int) -> None:
        self._tasks = _PROC / str(pid) / "task"
        self._looks = 0
        self.queued_s = 0.0
        self._last: _Look | None = None

    @property
    def is_told(self) -> bool:
        """Whether there were two looks, and the system told what they see."""
        return self._looks > 1

    def since_last_look(self, computed_s: float) -> float:
        """Return how long it has slept since the last look; 0 at the first.

        Args:
            computed_s: how long it has computed so far.
        """
        queues_s = self._queues_s()
        if not queues_s:
            return 0.0
        self._looks += 1
        ours_s = time.thread_time() + (_queued_s(_PROC / "thread-self") or 0.0)
        awake_s = computed_s + sum(queues_s.values()) + ours_s
        look = _Look(time.monotonic(), awake_s, computed_s, queues_s)
        last, self._last = self._last, look
        if last is None:
            return 0.0
        self.queued_s = _queued_between(last, look)
        return self._slept_s(last, look)

    def _slept_s(self, last: _Look, look: _Look) -> float:
        if self._awake():
            return 0.0
        # A thread that ends takes what it waited for with it.
        awake_s = max(0.0, look.awake_s - last.awake_s)
        return max(0.0, look.now_s - last.now_s - awake_s)

    def _queues_s(self) -> dict[str, float]:
        """Return how long each thread was ready without a core, where that is told."""
        waits = {thread.name: _queued_s(thread) for thread in self._threads()}
        return {name: each for name, each in waits.items() if each is not None}

    def _awake(self) -> bool:
        """Return whether a thread is running, ready to run, or waiting for a disk."""
        return any(_state(thread) in _AWAKE for thread in self._threads())

    def _threads(self) -> list[Path]:
        try:
            return list(self._tasks.iterdir())
        except OSError:  # it has ended, or this is no Linux
            return []


def tells() -> bool:
    """Return whether the system tells how long a process was ready without a core."""
    return _queued_s(_PROC / "thread-self") is not None


def _queued_between(last: _Look, look: _Look) -> float:
    """Return for how long a process had no core: as long as one of its threads.

    That of several threads together would be more, the more a program starts, though
    they only wait for one another.
    """
    waits = [now - last.queues_s.get(name, now) for name, now in look.queues_s.items()]
    passed_s = look.now_s - last.now_s
    idle_s = max(0.0, passed_s - (look.computed_s - last.computed_s))
    return min(max(0.0, *waits), idle_s)


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
