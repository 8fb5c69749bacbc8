"""A checker's side of the wall: workers on request, of the tier that was chosen."""

from __future__ import annotations

import functools
import os
import re
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from grader.errors import InternalError, OperatorError
from grader.model import Outcome
from grader.sandbox.host.client import (
    Connection,
    Pipe,
    Worker,
    WorkerEnded,
    explain_exit,
)
from grader.sandbox.host.plain import PlainWorker
from grader.sandbox.orders import Allowance, NotNow, Spawn, Spawned, Usage

if TYPE_CHECKING:
    from grader.model import Limits

_FRAME: Final = 1 << 16
# The zygote collects a worker that was ended; that takes milliseconds.
_COLLECTED_S: Final = 10.0
_START_S: Final = 30.0
# How long to try for a worker while others hold all processes or memory there are.
FORK_S: Final = 20.0
_FORK_PAUSE_S: Final = 0.05
_ANSWER: Final = Spawned | NotNow
# What takes long to import.
_PID: Final = re.compile(r"^Pid:\s+(\d+)", re.MULTILINE)
_HEAVY: Final = ("numpy", "torch")


class NoProcessError(OperatorError):
    """No worker can be forked now: others hold what there is of processes or memory."""


class Wall(Protocol):
    """Where workers come from."""

    def launch(self, limits: Limits) -> Worker:
        """Return a fresh worker; the caller closes it."""

    def prepare(self, limits: Limits) -> None:
        """Get ready for the next worker, where one takes long to start."""

    def close(self) -> None:
        """Let go of what was prepared."""


class NoWall:
    """The tier without a wall: every worker is a plain child process.

    Args:
        preload: modules to import before the student's code.
        pace: how many times as long as on the nominal machine things take.
    """

    def __init__(self, preload: tuple[str, ...], pace: float) -> None:
        self._preload = preload
        self._pace = pace
        self._spare: tuple[Limits, PlainWorker] | None = None

    def launch(self, limits: Limits) -> Worker:
        """Return a fresh worker; the caller closes it."""
        spare, self._spare = self._spare, None
        if spare is not None and spare[0] == limits:
            with suppress(InternalError):  # it has died meanwhile
                spare[1].await_start()
                return spare[1]
        elif spare is not None:
            spare[1].close()
        worker = PlainWorker(limits, self._preload, self._pace)
        worker.await_start()
        return worker

    def prepare(self, limits: Limits) -> None:
        """Start the next worker ahead of time, with the libraries that were used here.

        What crossed so far tells: tensors do only where this process has torch, too.
        """
        self.close()
        used = [name for name in _HEAVY if name in sys.modules]
        preload = tuple(dict.fromkeys((*self._preload, *used)))
        self._spare = limits, PlainWorker(limits, preload, self._pace)

    def close(self) -> None:
        """End the worker that was started ahead of time."""
        spare, self._spare = self._spare, None
        if spare is not None:
            spare[1].close()


class ZygoteWall:
    """A wall whose workers are forked from the zygote, locked down.

    Args:
        control: this process's control socket to the zygote.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def launch(self, limits: Limits) -> Worker:
        """Return a fresh worker; the caller closes it.

        Raises:
            OperatorError: the zygote has gone, or the lock-down failed.
        """
        worker = self.spawn("worker", limits)
        worker.await_start()
        return worker

    def prepare(self, limits: Limits) -> None:
        """Do nothing: a fork takes milliseconds."""

    def close(self) -> None:
        """Do nothing: the zygote ends with the main process."""

    def spawn(self, job: str, limits: Limits) -> ForkedWorker:
        """Return a fresh worker that runs one of the zygote's jobs.

        Where no process can be forked, it waits for others to end and tries again.

        Raises:
            OperatorError: the zygote has gone.
            NoProcessError: nothing could be forked for a long time.
        """
        until_s = time.monotonic() + FORK_S
        while True:
            found = self._spawned(job, limits)
            if not isinstance(found, NotNow):
                return found
            if time.monotonic() > until_s:
                raise NoProcessError(
                    f"zygote: a worker could not be forked for {FORK_S:g} s: "
                    f"{found.reason}. Give this machine or container more processes "
                    f"(`pids.max`, `ulimit -u`) or memory, or grade with fewer --jobs."
                )
            time.sleep(_FORK_PAUSE_S)

    def _spawned(self, job: str, limits: Limits) -> ForkedWorker | NotNow:
        mine, its = socket.socketpair()
        output, its_output = os.pipe()
        usage, its_usage = os.pipe()
        frame = msgspec.msgpack.encode(Spawn(job=job, limits=_allowance(limits)))
        try:
            socket.send_fds(
                self._control, [frame], [its.fileno(), its_output, its_usage]
            )
            answer, descriptors, _, _ = socket.recv_fds(self._control, _FRAME, 1)
        except OSError:
            answer = b""
        finally:
            its.close()
            os.close(its_output)
            os.close(its_usage)
        spawned = msgspec.msgpack.decode(answer, type=_ANSWER) if answer else None
        if not isinstance(spawned, Spawned):
            mine.close()
            os.close(output)
            os.close(usage)
        if spawned is None:
            raise OperatorError(
                "zygote: it has ended. Did the system kill it to free memory?"
            )
        if isinstance(spawned, NotNow):
            return spawned
        pidfd = descriptors[0]
        pid = _seen_from_here(pidfd, spawned.pid)
        cap = limits.output_kb << 10
        send_signal = functools.partial(signal.pidfd_send_signal, pidfd)
        connection = Connection(mine, Pipe(output), cap, pid, spawned.pace, send_signal)
        return ForkedWorker(connection, pidfd, usage)


class ForkedWorker:
    """One forked, locked-down process, and all that the checker holds of it."""

    def __init__(self, connection: Connection, pidfd: int, usage: int) -> None:
        self._connection = connection
        self._pidfd = pidfd
        self._usage = usage
        self._ended: Usage | None = None

    @property
    def used_s(self) -> float:
        """The computing time of the last request, in seconds of the nominal machine."""
        return self._connection.used_s

    @property
    def waited_s(self) -> float:
        """How long that was on the wall, in seconds of the nominal machine."""
        return self._connection.waited_s

    @property
    def paced_s(self) -> float:
        """The computing time of the last request, as far as the machine was seen."""
        return self._connection.paced_s

    @property
    def computing(self) -> bool:
        """Whether it computed or waited for a core meanwhile, and did not sleep."""
        return self._connection.computing

    def await_start(self) -> None:
        """Wait until the worker is locked down; no student code runs before that.

        Raises:
            OperatorError: the lock-down failed, and the worker with it.
        """
        try:
            self._connection.exchange({"do": "nothing"}, _START_S)
        except WorkerEnded as ended:
            self._collect(_COLLECTED_S)
            said = self.printed().strip()[-500:]
            self.close()
            raise OperatorError(
                f"lock-down: it could not be applied: {ended} Nothing more is graded. "
                f"Run `grader doctor`. The worker printed: {said}"
            ) from ended

    def request(
        self,
        payload: dict[str, object],
        timeout_s: float,
        waiting_s: float | None = None,
    ) -> object:
        """Return the reply to one request, or raise how the worker ended."""
        try:
            return self._connection.exchange(payload, timeout_s, waiting_s)
        except WorkerEnded as ended:
            if ended.outcome is not Outcome.CRASHED:
                raise
            raise self._explained(ended) from ended

    def printed(self) -> str:
        """Return what the worker printed since the last call, capped."""
        return self._connection.printed()

    def last_words(self) -> str:
        """Return the end of what the last request printed."""
        return self._connection.last_words()

    def close(self) -> None:
        """Kill the worker if it lives; it is one process, so that is all of it."""
        if self._ended is None:
            with suppress(ProcessLookupError):  # it has ended already
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            self._collect(_COLLECTED_S)
        self._connection.close()
        for descriptor in (self._pidfd, self._usage):
            with suppress(OSError):  # closed before
                os.close(descriptor)

    def _collect(self, patience_s: float) -> None:
        """Read how the worker ended, once the zygote has collected it."""
        if self._ended is None and readable_within(self._usage, patience_s):
            record = os.read(self._usage, _FRAME)
            if record:
                self._ended = msgspec.msgpack.decode(record, type=Usage)

    def _explained(self, ended: WorkerEnded) -> WorkerEnded:
        # A worker that sends garbage is alive; one that closes its channel is ending.
        self._collect(0.2)
        if self._ended is None:
            return ended
        return explain_exit(os.waitstatus_to_exitcode(self._ended.status), ended)


def readable_within(descriptor: int, seconds: float) -> bool:
    """Return whether a descriptor has data, or its end, within the time."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _allowance(limits: Limits) -> Allowance:
    # The kernel's limit is the last resort: the checker's own deadline comes first.
    return Allowance(
        memory_mb=limits.memory_mb, cpu_s=int(2 * limits.seconds_per_exercise) + 10
    )


def _seen_from_here(pidfd: int, pid: int) -> int:
    """Return the worker's pid in this process's namespace; bubblewrap has its own."""
    text = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii")
    match = _PID.search(text)
    return int(match[1]) if match else pid
