"""The trusted end of a worker's channel: one request, one reply, one deadline.

Whatever the worker sends that is not the reply asked for ends that worker. Nothing
here raises anything but `WorkerEnded`, waits past the deadline, or keeps more of the
output than its cap.
"""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING, Protocol

from grader.errors import StudentError
from grader.model import Outcome
from grader.sandbox import wire

if TYPE_CHECKING:
    import socket

_CHUNK = 1 << 16
# After this much output per request the worker is ended: it only burns time.
OUTPUT_FLOOD_BYTES = 1 << 30


class WorkerEnded(StudentError):  # noqa: N818 - it tells what happened
    """The worker is gone: `outcome` says how, the message says it in plain words."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class Worker(Protocol):
    """A worker of any tier, as the judging sees it."""

    def request(self, payload: dict[str, object], timeout_s: float) -> object:
        """Return the reply to one request.

        Raises:
            WorkerEnded: there is no reply, and there will be none.
        """

    def printed(self) -> str:
        """Return what the worker printed since the last call, capped."""

    def close(self) -> None:
        """End the worker and all that it started."""


class Connection:
    """A channel and an output pipe, both read without ever blocking for long."""

    def __init__(self, channel: socket.socket, output: int, output_cap: int) -> None:
        self._channel = channel
        self._output = output
        self._output_open = True
        self._cap = output_cap
        self._printed = bytearray()
        self._flood = 0
        self._number = 0
        channel.setblocking(False)
        os.set_blocking(output, False)

    def exchange(self, payload: dict[str, object], timeout_s: float) -> object:
        """Send a request and return the reply's value.

        Raises:
            WorkerEnded: no reply in time, a reply that is none, or a closed channel.
        """
        self._number += 1
        self._flood = 0
        deadline = time.monotonic() + timeout_s
        try:
            self._send(wire.encode(self._number, payload, _only_handles), deadline)
            prefix = self._receive(wire.PREFIX.size, deadline)
            body = self._receive(wire.body_bytes(prefix), deadline)
            number, value = wire.decode(prefix, body)
        except wire.WireError as error:
            raise WorkerEnded(
                Outcome.CRASHED, f"The program sent what is no reply: {error}."
            ) from error
        except OSError as error:
            raise _gone() from error
        if number != self._number:
            raise WorkerEnded(
                Outcome.CRASHED, "The program sent a reply that nobody asked for."
            )
        self._drain()
        return value

    def printed(self) -> str:
        """Return the output since the last call, as text."""
        self._drain()
        text = self._printed.decode("utf-8", "replace")
        self._printed.clear()
        return text

    def close(self) -> None:
        """Close both ends that we hold."""
        self._channel.close()
        if self._output_open:
            os.close(self._output)
            self._output_open = False

    def _send(self, frame: bytes, deadline: float) -> None:
        view = memoryview(frame)
        while view:
            self._wait(select.POLLOUT, deadline)
            try:
                view = view[self._channel.send(view) :]
            except BlockingIOError:
                continue

    def _receive(self, count: int, deadline: float) -> bytes:
        parts = []
        while count:
            try:
                part = self._channel.recv(min(count, _CHUNK * 16))
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            if not part:
                raise _gone()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _wait(self, event: int, deadline: float) -> None:
        """Wait until the channel is ready, and keep the output pipe from filling."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise WorkerEnded(Outcome.TIMEOUT, "")
            poll = select.poll()
            poll.register(self._channel, event)
            if self._output_open:
                poll.register(self._output, select.POLLIN)
            ready = dict(poll.poll(left * 1000))
            if ready.get(self._output):
                self._drain()
            if ready.get(self._channel.fileno()):
                return

    def _drain(self) -> None:
        """Read what is in the pipe now; keep it up to the cap, drop the rest."""
        while self._output_open:
            try:
                part = os.read(self._output, _CHUNK)
            except BlockingIOError:
                return
            if not part:
                os.close(self._output)
                self._output_open = False
                return
            self._printed += part[: self._cap - len(self._printed)]
            self._flood += len(part)
            if self._flood > OUTPUT_FLOOD_BYTES:
                raise WorkerEnded(
                    Outcome.TIMEOUT, "The program printed more than 1 GB in one go."
                )


def _gone() -> WorkerEnded:
    return WorkerEnded(Outcome.CRASHED, "The program's process ended by itself.")


def _only_handles(value: object) -> wire.Handle:
    raise TypeError(f"an argument of a check cannot cross the wall: {type(value)!r}")
