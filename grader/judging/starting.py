"""Starts a checker process, and gets a channel to it.

Behind a wall it is forked from the nursery, a process that has torch and pytest loaded
already: that is Linux. Without a wall, as on a student's own machine, it is started
afresh and calls back, which works on every system.
"""

from __future__ import annotations

import collections
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Protocol, Self

from grader.judging.protocol import PID
from grader.sandbox.environment import checkers_environment
from grader.sandbox.host.children import Child

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.host.gate import Gate

_CONNECT_S: Final = 60.0
_FORK_S: Final = 120.0
_SAID_CAP: Final = 2000


class Process(Protocol):
    """A checker process as its starter sees it."""

    @property
    def pid(self) -> int:
        """Its number, which no other process has before `leave`; or less than 1."""

    def kill(self) -> object:
        """End it at once."""

    def wait(self, timeout: float | None = None) -> object:
        """Return when it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not.
        """

    def leave(self) -> object:
        """Forget it, once it has ended."""


@dataclass(frozen=True, slots=True)
class Started:
    """A checker process, the channel to it, and where it prints into, for us to read.

    What it was forked from printed is there as well.
    """

    process: Process
    channel: socket.socket
    said: tuple[IO[bytes], ...]

    def end(self) -> None:
        """End the process; it ends its worker itself when the channel closes."""
        self.channel.close()
        try:
            self.process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.leave()
        self.said[0].close()

    def last_words(self) -> str:
        """End the process, and return what it printed last, for us to read."""
        self.process.kill()
        self.process.wait()
        said = "\n".join(filter(None, map(_last_of, self.said)))
        return f" It said:\n{said}" if said else ""


def start_checker(gate: Gate) -> Started:
    """Return a checker process that has just started, or will soon."""
    control = gate.connect()
    # Kept, and shown only if it fails: a run that ends early ends its checkers in the
    # middle of something.
    said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the checker
    if control is None:
        command = [sys.executable, "-P", "-m", "grader.judging.checker"]
        child = _Called(Child(command, said, checkers_environment()))
        return Started(child, child.child.connection(_CONNECT_S), (said,))
    with control:
        nursery = gate.beside(Nursery)
        return Started(*nursery.checker(control, said), (said, nursery.said))


@dataclass(frozen=True, slots=True)
class _Called:
    """A checker that was started afresh and called back."""

    child: Child

    @property
    def pid(self) -> int:
        return self.child.process.pid

    def kill(self) -> None:
        self.child.process.kill()

    def wait(self, timeout: float | None = None) -> None:
        self.child.process.wait(timeout)

    def leave(self) -> None:
        self.child.end()


class Nursery:
    """A process that checkers are forked from; a context that ends it.

    It holds libraries and nothing of the course.

    Args:
        preload: modules that the course wants imported beforehand.
    """

    def __init__(self, preload: Sequence[str]) -> None:
        self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._door.settimeout(_FORK_S)
        self._asked: collections.deque[_Forked] = collections.deque()
        self.said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the nursery
        with theirs:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "grader.judging.nursery"),
                    *(str(theirs.fileno()), *preload),
                ],
                stdin=subprocess.DEVNULL,
                stderr=self.said,
                env=checkers_environment(),
                pass_fds=[theirs.fileno()],
                # Ctrl-C is for the main process alone: it ends its checkers itself.
                process_group=0,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
        self.process.kill()
        self.process.wait()
        self.said.close()

    def checker(
        self, control: socket.socket, said: IO[bytes]
    ) -> tuple[Process, socket.socket]:
        """Return a checker process, which may start later, and the channel to it.

        Where the nursery cannot fork it, the channel is closed on the other side.

        Args:
            control: its control socket to the zygote.
            said: where what it prints goes.
        """
        ours, theirs = socket.socketpair()
        alive, its = os.pipe()
        given = [theirs.fileno(), control.fileno(), said.fileno(), its]
        with theirs, contextlib.suppress(OSError):
            socket.send_fds(self._door, [b"fork"], given)
        os.close(its)
        forked = _Forked(alive, self)
        self._asked.append(forked)
        return forked, ours

    def answer(self, forked: _Forked) -> None:
        """Give each checker its number, up to this one; they come in order."""
        while forked.number is None:
            first = self._asked.popleft()
            try:
                answer = self._door.recv(PID.size)
            except OSError:
                answer = b""
            (first.number,) = PID.unpack(answer) if answer else (-1,)

    def forget(self, number: int) -> None:
        """Let a checker that has ended have been."""
        with contextlib.suppress(OSError):  # the nursery has gone, and took it along
            self._door.send(PID.pack(number))


class _Forked:
    """A child of the nursery, which keeps its number until it is told to forget it."""

    def __init__(self, alive: int, nursery: Nursery) -> None:
        self.number: int | None = None
        self._alive = alive
        self._nursery = nursery

    @property
    def pid(self) -> int:
        self._nursery.answer(self)
        return self.number or -1

    def kill(self) -> None:
        if self.pid > 0:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> None:
        """Return when the pipe that only the process holds is closed."""
        ended = select.poll()
        ended.register(self._alive, 0)
        if not ended.poll(None if timeout is None else 1000 * timeout):
            raise subprocess.TimeoutExpired("checker", timeout or 0.0)

    def leave(self) -> None:
        os.close(self._alive)
        if self.pid > 0:
            self._nursery.forget(self.pid)


def _last_of(said: IO[bytes]) -> str:
    """Return the end of what a process printed."""
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - _SAID_CAP))
    return said.read().decode(errors="replace").strip()
