"""`grader check --watch`: an answer at each save.

Files are looked at ten times a second. That costs nothing for a few files, and it works
on network drives and with editors that write beside a file and rename, where a system's
events do not come.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import click

from grader.cli.answers import all_passed, print_checked
from grader.cli.common import say
from grader.cli.keys import keys
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.checking import Checked, Checking
    from grader.report.answer import Amount

_LOOK_S: Final = 0.1
# An empty or half-written file is waited for this long, then checked as it is.
_PATIENCE_S: Final = 1.0
_CELLS: Final = 20

Signature = tuple[tuple[int, int, int] | None, ...]


class Watching:
    """Checks at each save, until `q` or Ctrl-C; a later save ends a running check.

    Args:
        checking: what checks.
        amount: how much is said at first; keys ask for more.
    """

    def __init__(self, checking: Checking, amount: Amount) -> None:
        self._checking = checking
        self._amount = amount
        self._last: tuple[Checked, ...] = ()
        self._running: _Run | None = None

    def run(self) -> None:
        """Watch until somebody ends it."""
        say("watching; h: a hint, a: all checks, n: the next exercise, q: quit")
        with keys() as key:
            seen = self._start()
            while (pressed := key(_LOOK_S)) != "q":
                now = self._signature()
                if now != seen:
                    seen = self._start(self._quiet(now))
                self._finish()
                if pressed:
                    seen = self._pressed(pressed, seen)
        self._cancel()

    def _signature(self) -> Signature:
        """Return what changes when a file is saved."""
        return tuple(_state(path) for path in self._checking.watched())

    def _quiet(self, now: Signature) -> Signature:
        """Return the state of the files once nobody writes into them any more."""
        until_s = time.monotonic() + _PATIENCE_S
        while True:
            time.sleep(_LOOK_S / 2)
            later = self._signature()
            half = any(state is None or state[1] == 0 for state in later)
            if later == now and not (half and time.monotonic() < until_s):
                return now
            now = later

    def _start(self, seen: Signature | None = None) -> Signature:
        """Start a check of the files as they are, in place of one that runs."""
        self._cancel()
        seen = self._signature() if seen is None else seen
        say(f"checking … {time.strftime('%H:%M:%S')}")
        self._running = _Run(self._checking.check)
        return seen

    def _cancel(self) -> None:
        if self._running is not None and self._running.ended is None:
            self._checking.cancel()
            self._running.wait()
        self._running = None

    def _finish(self) -> None:
        """Show what a check has found, once it has."""
        if self._running is None or self._running.ended is None:
            return
        ended, self._running = self._running.ended, None
        if isinstance(ended, GraderError):
            say(f"grader: {ended}")
        elif isinstance(ended, BaseException):
            raise ended
        else:
            self._last = ended
            self._checking.remember([one.path for one in ended if all_passed(one)])
            self._show(self._amount)

    def _show(self, amount: Amount) -> None:
        click.echo(time.strftime("— %H:%M:%S —"))
        for one in self._last:
            print_checked(one, amount)
        done, total = self._checking.progress()
        if total > 1:
            click.echo(_bar(done, total))

    def _pressed(self, key: str, seen: Signature) -> Signature:
        if key in "ha":
            amount = self._amount._replace(hint=True) if key == "h" else None
            self._show(amount or self._amount._replace(everything=True))
        elif key == "n":
            following = self._checking.go_on()
            if following is not None:
                say(f"now: {following}")
                return self._start()
            say("this is the last exercise")
        return seen


class _Run:
    """A check in a thread, and what it came to: results, or what it raised."""

    def __init__(self, check: Callable[[], tuple[Checked, ...]]) -> None:
        self.ended: tuple[Checked, ...] | BaseException | None = None
        self._check = check
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Wait for its end."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self.ended = self._check()
        # A thread has nobody to raise to: whoever shows the end raises it, whatever
        # it is, also an interruption or an exit.
        except BaseException as error:  # noqa: BLE001 - raised where it is shown
            self.ended = error


def _state(path: Path) -> tuple[int, int, int] | None:
    """Return when a file was changed, how long it is and which it is; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _bar(done: int, total: int) -> str:
    """Return how far a student is in the course."""
    full = round(_CELLS * done / total)
    return f"[{'#' * full}{'.' * (_CELLS - full)}] {done} of {total} exercises done"
