"""A worker that is this process itself: a kernel, where the student's work lives.

There is no wall and no second process: whoever checks here is the student. The same
requests cross in the same form as to any worker, so the same checks mean the same. What
the program's names are bound to is asked as it is; nothing is run to load it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import signal
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from grader.sandbox import wire
from grader.sandbox.worker.clock import Alarm
from grader.sandbox.worker.names import Names
from grader.sandbox.worker.places import remember
from grader.sandbox.worker.seeding import seed
from grader.sandbox.worker.statements import UNREADABLE
from grader.sandbox.worker.worker import RequestHandler, reply_to

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# The deadline on the clock for an allowance of computing time, as for any worker.
_WAITING: Final = 5
_PRINTED_CAP: Final = 1 << 16


class Resident:
    """The program in this process, asked like any other worker.

    Args:
        names: what the program's names are bound to.
        cells: file name, label and source of each cell that has run.
    """

    def __init__(
        self, names: Mapping[str, object], cells: Sequence[tuple[str, str, str]]
    ) -> None:
        self._clock = Alarm()
        self._timed = _has_timers()
        self.aside = Aside()
        self._worker = _Living(dict(names), self._clock, self.aside)
        self._labels = {filename: label for filename, label, _ in cells}
        self._printed = io.StringIO()
        self._number = 0
        self.used_s = self.waited_s = 0.0
        self.computing = False
        self.paced_s = 0.0
        for filename, _, source in cells:
            with contextlib.suppress(*UNREADABLE):
                remember(filename, source, ast.parse(source).body)
        seed()
        self._worker.recorder.install()
        if self._timed:
            self._clock.install(traced=False)

    def request(
        self,
        payload: dict[str, object],
        timeout_s: float,
        waiting_s: float | None = None,
    ) -> object:
        """Return the reply to one request."""
        self._number += 1
        asked = dict(payload)
        if self._timed:
            usual_s = _WAITING * timeout_s + _WAITING
            asked["allowed_s"] = [timeout_s, waiting_s or usual_s]
        frame = wire.encode(self._number, asked, _only_handles)
        _, request = _decoded(frame, self._worker.resolve)
        begun_s, looked_s = time.process_time(), time.monotonic()
        with contextlib.redirect_stdout(self._printed):
            self._worker.number = self._number
            answer = reply_to(self._worker, request)
        self.used_s = time.process_time() - begun_s
        self.waited_s = time.monotonic() - looked_s
        return self._labelled(_decoded(answer)[1])

    def printed(self) -> str:
        """Return what the program printed since the last call, capped."""
        text = self._printed.getvalue()[:_PRINTED_CAP]
        self._printed.seek(0)
        self._printed.truncate()
        return text

    def last_words(self) -> str:
        """Return nothing: this process does not end."""
        return ""

    def close(self) -> None:
        """Keep the process: it is the student's."""

    def leave(self) -> None:
        """Take out again what was put into torch and into the signals."""
        self._worker.recorder.uninstall()
        if self._timed:
            self._clock.uninstall()

    def _labelled(self, reply: object) -> object:
        """Return a reply that names cells as a student knows them, not by files."""
        raised = reply.get("raised") if isinstance(reply, dict) else None
        if isinstance(raised, dict) and raised.get("label") in self._labels:
            raised["label"] = self._labels[raised["label"]]
        return reply


class Aside:
    """The way from the program to the check, where both are one process.

    `ask` puts a question of the program's to the check, and returns the request that
    answers it.
    """

    def __init__(self) -> None:
        self.ask: Callable[[object], dict[str, object]] | None = None
        self._asked: object = None

    def write(self, data: bytes) -> None:
        """Take a question."""
        self._asked = _decoded(data)[1]

    def receive(
        self, resolve: Callable[[wire.Handle], object] = wire.keep
    ) -> tuple[int, object]:
        """Return the answer to the last question."""
        if self.ask is None:
            raise RuntimeError("the check cannot be asked now")
        return _decoded(wire.encode(0, self.ask(self._asked), _only_handles), resolve)


class _Living(RequestHandler):
    """A worker whose program has run already."""

    def __init__(self, names: dict[str, Any], clock: Alarm, aside: Aside) -> None:
        super().__init__(clock, aside)
        self._given = names

    def do_load(self, *_: Any, **__: Any) -> dict[str, object]:  # noqa: ANN401 - unused
        """Take the names as they are."""
        self._names[0] = Names(self._given)
        return {
            "failures": [],
            "names": list(self._given),
            "values": [n for n, value in self._given.items() if not callable(value)],
            "interrupted": [],
            "kept": [],
        }


def _has_timers() -> bool:
    """Return whether a call can be interrupted here: signals reach the main thread."""
    main = threading.current_thread() is threading.main_thread()
    return main and hasattr(signal, "setitimer")


def _decoded(frame: bytes, resolve: Any = wire.keep) -> tuple[int, Any]:  # noqa: ANN401 - values of the program
    prefix = wire.PREFIX.size
    return wire.decode(frame[:prefix], frame[prefix:], resolve)


def _only_handles(value: object) -> wire.Handle:
    raise TypeError(f"an argument of a check cannot cross: {type(value)!r}")
