"""Counts what a program's own Python does, the same on every machine.

That are the rounds of its loops and comprehensions, and the calls of its functions.
How many lines a loop has, or whether it stands in a function, is a matter of style: so
the larger of two numbers counts, all rounds, or the calls of the function that is
called most often.
"""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from grader.sandbox.worker.places import is_own

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterator


class Rounds:
    """What was counted."""

    def __init__(self) -> None:
        self._rounds = 0
        self._calls: Counter[types.CodeType] = Counter()

    @property
    def count(self) -> int:
        """How often something was done again."""
        return max(self._rounds, *self._calls.values(), 0)

    def enter(
        self, frame: types.FrameType, _event: str, _what: object
    ) -> Callable[..., Any] | None:
        """Count a call; return what counts the rounds in it, if it is the program's."""
        code = frame.f_code
        if not is_own(code.co_filename):
            return None
        # That a generator goes on is a call, too, and one round of a loop.
        self._calls[code] += 1
        at = frame.f_lasti

        def step(frame: types.FrameType, event: str, _: object) -> Callable[..., Any]:
            nonlocal at
            if event == "line":
                # Only a loop goes back: a statement of several lines does not.
                self._rounds += frame.f_lasti <= at
                at = frame.f_lasti
            return step

        return step


@contextlib.contextmanager
def counting_rounds(*, on: bool) -> Iterator[Rounds]:
    """Yield what counts the rounds that are made meanwhile."""
    rounds, before = Rounds(), sys.gettrace()
    if not on:
        yield rounds
        return
    sys.settrace(rounds.enter)
    try:
        yield rounds
    finally:
        sys.settrace(before)
