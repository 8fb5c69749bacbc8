"""How far a command is: a bar on a terminal, otherwise a line at each tenth."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.cli.common import say

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class ProgressBar:
    """Shows how much of something is done.

    Args:
        doing: what is being done, for the bar: "grading".
        done: what was done, for the lines: "graded".
        quiet: whether nothing is shown.
    """

    def __init__(self, doing: str, done: str, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self.done = 0
        self.total = 0
        self._words = doing, done
        self._bar: Bar | None = None

    def start(self, total: int) -> None:
        """Show how many things there are, and that none is done yet."""
        self.total = total
        if total and not self._quiet and sys.stderr.isatty():
            self._bar = _started_bar(self._words[0], total)

    def advance(self) -> None:
        """Show that one more is done."""
        before, self.done = self.done, self.done + 1
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])
            # What draws it is a thread, which is in the way of what comes afterwards.
            if self.done == self.total:
                self.close()
        elif (
            not self._quiet and self.done * 10 // self.total > before * 10 // self.total
        ):
            say(f"{self._words[1]} {self.done} of {self.total}")

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()


def _started_bar(doing: str, total: int) -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True, highlight=False),
        transient=True,
    )
    bar.add_task(doing, total=total)
    bar.start()
    return bar
