"""Lets a program's sleep pass at once: its clocks are put forward instead.

Nobody looks on while a program is graded, and who sleeps holds a place that others
want. So a sleep takes no time, and the program sees its clocks as if it had. It is
counted all the same: a program may sleep for as long as if it really did.
"""

from __future__ import annotations

import functools
import math
import time
from _thread import _count as other_threads
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox.worker.clock import StillWaiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.worker.replacing import Replacements

# So long a program sleeps for somebody to see something move.
_GLANCE_S: Final = 0.05
_SHORTER: Final = 20
_CLOCKS: Final = ("time", "monotonic", "perf_counter")
_NANO: Final = 10**9


class Naps:
    """How far a program's clocks are ahead, and for how long it may still sleep."""

    def __init__(self) -> None:
        self.ahead_s = 0.0
        self._left_s = math.inf

    def install(self, replaced: Replacements) -> None:
        """Take the place of what sleeps and of what tells the time."""
        replaced.put(time, sleep=self._instead_of(time.sleep))
        for name in _CLOCKS:
            replaced.put(time, **{name: self._ahead_of(getattr(time, name))})
            name_ns = f"{name}_ns"
            replaced.put(
                time, **{name_ns: self._ahead_of(getattr(time, name_ns), _NANO)}
            )

    def allow(self, seconds: float) -> None:
        """Let a program sleep for so long from now on."""
        self._left_s = seconds

    def _instead_of(self, own: Callable[[float], None]) -> Callable[[float], None]:
        """Return a sleep that takes no time.

        Where the program has other threads it does, since they may need it; but it is
        short where it is for somebody who looks on.
        """

        @functools.wraps(own)
        def sleep(seconds: float, /) -> None:
            if not (isinstance(seconds, int | float) and 0 < seconds < TIMEOUT_MAX):
                own(seconds)
                return
            counted_s = seconds / _SHORTER if seconds <= _GLANCE_S else seconds
            if other_threads():
                own(counted_s)
                return
            self._left_s -= counted_s
            if self._left_s < 0:
                raise StillWaiting
            self.ahead_s += seconds
            own(0)

        return sleep

    def _ahead_of(self, own: Callable[[], Any], unit: int = 1) -> Callable[[], Any]:
        """Return a clock that is ahead of its own by what the program has slept."""
        kind = float if unit == 1 else int

        @functools.wraps(own)
        def now() -> Any:  # noqa: ANN401 - as the clock's own
            return own() + kind(self.ahead_s * unit)

        return now
