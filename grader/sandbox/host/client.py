"""The trusted end of a worker's channel: one request, one reply, one deadline.

Whatever the worker sends that is not the reply asked for ends that worker. Nothing
here raises anything but `WorkerEnded`, waits past the deadline, or keeps more of the
output than its cap.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
from typing import TYPE_CHECKING, Protocol

from grader.errors import AuthorError, StudentError
from grader.model import Outcome
from grader.sandbox import wire
from grader.sandbox.host.stopwatch import (
    Stopwatch,
    asleep_s,
    raw_limit_s,
    raw_wall_s,
    wall_s,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

# A poll is made anew for each wait: of all kinds it is the one made most quickly.
_Selector: type[selectors.BaseSelector] = getattr(
    selectors, "PollSelector", selectors.SelectSelector
)
_CHUNK = 1 << 16
GRACE_S = 0.5
"""A worker that was woken is ended this much later, if that does not help."""
# Whoever computes hears it at once, unless it computes in C.
_COMPUTING_GRACE_S = 0.2
# A statement may sleep for this share of what all of them have, as it may compute.
_NAP = 0.5
_WAKING = getattr(signal, "SIGALRM", None)
_LAST_BYTES = 1 << 15
# A pipe holds fewer chunks than this: the reader takes what is in it now, and a worker
# that goes on printing cannot hold it up.
_CHUNKS_AT_ONCE = 32
# A worker that prints more than this per request is ended.
OUTPUT_FLOOD_BYTES = 1 << 28


class UnsendableError(AuthorError):
    """A check passes what cannot cross the wall."""


class WorkerEnded(StudentError):  # noqa: N818 - it tells what happened
    """The worker is gone: `outcome` says how, the message says it in plain words.

    `computing` says whether it was still computing when its time was up, so that more
    time might have helped.
    """

    def __init__(
        self, outcome: Outcome, message: str, *, computing: bool = False
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.computing = computing


class NoReply(WorkerEnded):
    """What the worker sent is not the reply that was asked for, or a part of one."""


class Worker(Protocol):
    """A worker of any tier, as the judging sees it."""

    def request(
        self,
        payload: dict[str, object],
        timeout_s: float,
        waiting_s: float | None = None,
    ) -> object:
        """Return the reply to one request.

        Args:
            payload: the request.
            timeout_s: how long it may compute, in seconds of the nominal machine.
            waiting_s: how long it may take on the wall; None for the usual deadline of
                such a request.

        Raises:
            WorkerEnded: there is no reply, and there will be none.
        """

    @property
    def used_s(self) -> float:
        """The computing time of the last request, in seconds of the nominal machine."""

    @property
    def waited_s(self) -> float:
        """How long that was on the wall, in seconds of the nominal machine."""

    @property
    def paced_s(self) -> float:
        """The computing time of the last request, if the machine was seen; or 0.

        It is counted in seconds of the nominal machine.
        """

    @property
    def computing(self) -> bool:
        """Whether it computed or waited for a core in that time, and did not sleep."""

    def printed(self) -> str:
        """Return what the worker printed since the last call, capped."""

    def last_words(self) -> str:
        """Return the end of what the last request printed."""

    def close(self) -> None:
        """End the worker and all that it started."""


class Output(Protocol):
    """Where what a worker prints arrives: a socket, or a pipe that looks like one."""

    def fileno(self) -> int:
        """Return what a selector waits for."""

    def setblocking(self, blocking: bool, /) -> None:  # noqa: FBT001 - as in `socket`
        """Say whether reading waits for something to read."""

    def recv(self, count: int, /) -> bytes:
        """Return some bytes; none at the end."""

    def close(self) -> None:
        """Close this end."""


class Pipe:
    """The reading end of a pipe, by its descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def setblocking(self, blocking: bool, /) -> None:  # noqa: FBT001 - as in `socket`
        """Say whether reading waits for something to read."""
        os.set_blocking(self._descriptor, blocking)

    def recv(self, count: int, /) -> bytes:
        """Return some bytes; none at the end."""
        return os.read(self._descriptor, count)

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._descriptor)


class Connection:
    """A channel and an output, both read without ever blocking for long.

    Args:
        channel: the socket to the worker.
        output: where what it prints arrives.
        output_cap: how many bytes of that to keep per request.
        pid: the worker's process.
        pace: how many times as long as on the nominal machine things take.
        send_signal: sends the worker a signal.
    """

    def __init__(
        self,
        channel: socket.socket,
        output: Output,
        output_cap: int,
        pid: int,
        pace: float,
        send_signal: Callable[[int], None],
    ) -> None:
        self._channel = channel
        self._pid = pid
        self._pace = pace
        self._send_signal = send_signal
        self.used_s = 0.0
        self.waited_s = self.paced_s = 0.0
        self.computing = True
        self._output = output
        self._output_open = True
        self._cap = output_cap
        self._printed = bytearray()
        self._last = b""
        self._flood = 0
        self._number = 0
        channel.setblocking(False)
        output.setblocking(False)

    def exchange(
        self,
        payload: dict[str, object],
        timeout_s: float,
        waiting_s: float | None = None,
    ) -> object:
        """Send a request and return the reply's value.

        The worker is told how long it may take, so that it can say where it was; it has
        a little longer than that. Whether it waits for a core it cannot see: where this
        side can, it is woken from here.

        Raises:
            UnsendableError: the request holds what cannot cross, or too much.
            WorkerEnded: no reply came in time, what came is no reply, or the channel
                closed.
        """
        self._number += 1
        self._flood = 0
        here_s = timeout_s * self._pace
        wall_here_s = wall_s(here_s)
        if waiting_s is not None:
            wall_here_s = min(wall_here_s, waiting_s * self._pace)
        # Statements at top level share their time by their own timers.
        loads = payload.get("do") == "load"
        limit_s = here_s if loads else raw_limit_s(here_s)
        allowed_s = [limit_s, raw_wall_s(wall_here_s), asleep_s(wall_here_s)]
        asked = {**payload, "allowed_s": allowed_s}
        deadline_s = wall_here_s / self._pace + GRACE_S
        watch = Stopwatch(
            *(self._pid, timeout_s + _COMPUTING_GRACE_S, self._pace, deadline_s),
            grace_s=GRACE_S,
            computing_grace_s=_COMPUTING_GRACE_S,
            nap=_NAP if loads else 1.0,
            wakes=not loads,
        )
        frame = _frame(self._number, asked)
        try:
            prefix, body = self._answered(frame, watch)
            number, value = wire.decode(prefix, body)
        except wire.WireError as error:
            raise NoReply(
                Outcome.CRASHED,
                "The program's process sent something that is no reply: does it "
                "replace a built-in, or write where it should not?",
            ) from error
        except OSError as error:
            raise _gone() from error
        if number != self._number:
            raise NoReply(
                Outcome.CRASHED,
                "The program's process sent a reply that nobody asked for.",
            )
        self._drain()
        return value

    def _answered(self, frame: bytes, watch: Stopwatch) -> tuple[bytes, bytes]:
        """Return the two parts of the reply to a frame; what comes then is our time."""
        try:
            self._send(frame, watch)
            prefix = self._receive(wire.PREFIX.size, watch)
            return prefix, self._receive(wire.body_bytes(prefix), watch)
        finally:
            self.used_s, self.waited_s = watch.used_s, watch.waited_s
            self.computing, self.paced_s = watch.computing, watch.paced_s

    def printed(self) -> str:
        """Return the output since the last call, as text."""
        self._drain()
        text = self._printed.decode("utf-8", "replace")
        self._printed.clear()
        return text

    def last_words(self) -> str:
        """Return the end of what the last request printed, as text."""
        self._drain()
        return self._last.decode("utf-8", "replace")

    def close(self) -> None:
        """Close both ends that we hold."""
        self._channel.close()
        if self._output_open:
            self._output.close()
            self._output_open = False

    def _send(self, frame: bytes, watch: Stopwatch) -> None:
        view = memoryview(frame)
        while view:
            try:
                view = view[self._channel.send(view) :]
            except BlockingIOError:
                self._wait(selectors.EVENT_WRITE, watch)

    def _receive(self, count: int, watch: Stopwatch) -> bytes:
        # One buffer: a list of tiny parts would take many times their bytes.
        received = bytearray()
        while len(received) < count:
            try:
                part = self._channel.recv(min(count - len(received), _CHUNK * 16))
            except BlockingIOError:
                self._wait(selectors.EVENT_READ, watch)
                continue
            if not part:
                raise _gone()
            received += part
            watch.hurry()
        return bytes(received)

    def _wait(self, event: int, watch: Stopwatch) -> None:
        """Wait until the channel is ready, and keep the output pipe from filling."""
        while True:
            patience_s = watch.patience_s()
            if not patience_s:
                kind = NoReply if watch.is_hurried else WorkerEnded
                raise kind(Outcome.TIMEOUT, "", computing=watch.computing)
            if watch.is_due:
                self._wake()
            with _Selector() as selector:
                selector.register(self._channel, event)
                if self._output_open:
                    selector.register(self._output, selectors.EVENT_READ)
                ready = {key.fileobj for key, _ in selector.select(patience_s)}
            if self._output in ready:
                self._drain()
            if self._flood > OUTPUT_FLOOD_BYTES:
                raise WorkerEnded(
                    Outcome.TIMEOUT, "The program printed more than 256 MB in one go."
                )
            if self._channel in ready:
                return

    def _wake(self) -> None:
        """Let it say where it is, as its own timer on the wall would."""
        if _WAKING is not None:
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                self._send_signal(_WAKING)

    def _drain(self) -> None:
        """Read what is in the pipe now; keep it up to the cap, drop the rest."""
        for _ in range(_CHUNKS_AT_ONCE if self._output_open else 0):
            try:
                part = self._output.recv(_CHUNK)
            except BlockingIOError:
                return
            except ConnectionError:  # it ended with something of ours unread
                part = b""
            if not part:
                self._output.close()
                self._output_open = False
                return
            self._printed += part[: self._cap - len(self._printed)]
            self._last = (self._last + part)[-_LAST_BYTES:]
            self._flood += len(part)


def explain_exit(code: int | None, ended: WorkerEnded) -> WorkerEnded:
    """Return how a worker ended, given its exit code: negative for a signal."""
    if code is None:
        return ended
    if code == -getattr(signal, "SIGXCPU", 0):
        return WorkerEnded(Outcome.TIMEOUT, "", computing=True)
    if code < 0:
        return WorkerEnded(
            Outcome.CRASHED,
            f"The program's process was ended by {_signal_name(-code)}.",
        )
    return WorkerEnded(
        Outcome.CRASHED,
        f"The program ended its own process (exit code {code}) instead of returning.",
    )


def _signal_name(number: int) -> str:
    # Real-time signals end a process too, and have no names.
    known = {each.value: each.name for each in signal.Signals}
    return known.get(number, f"signal {number}")


def _gone() -> WorkerEnded:
    return WorkerEnded(Outcome.CRASHED, "The program's process ended by itself.")


def _frame(number: int, asked: dict[str, object]) -> bytes:
    try:
        return wire.encode(number, asked, _only_handles)
    except wire.WireError as error:
        raise UnsendableError(
            f"A check passes more than can cross: {error}. Let it pass less at a time, "
            f"or make it in given.py."
        ) from error


def _only_handles(value: object) -> wire.Handle:
    raise UnsendableError(
        f"A check passes an object of type {type(value).__name__}, which is not data "
        f"and cannot cross. Let a function of given.py make it, and call that as "
        f"`student.given.…`: then it is made where the student's program runs."
    )
