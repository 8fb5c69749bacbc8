"""No wall: a worker is a child process in an empty directory, on every system.

This protects from accidents (endless loops, memory, a crash, a full terminal), not from
intent. Every report then says `sandbox: none`. A limit that a system does not have is
left out there.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.errors import InternalError
from grader.model import Limits, Outcome
from grader.sandbox.environment import clean_environment
from grader.sandbox.host.children import Child
from grader.sandbox.host.client import Connection, WorkerEnded, explain_exit
from grader.sandbox.zygote import libraries
from grader.text import clean_text

_START_TIMEOUT_S = 120.0
_SAID_CAP = 2000


class PlainWorker:
    """One worker process, its channel, and its empty directory.

    It is there once `await_start` has returned; starting takes as long as its imports.
    """

    def __init__(self, limits: Limits, preload: tuple[str, ...], pace: float) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="grader-"))
        self._limits = limits
        self._pace = pace
        self._connection: Connection | None = None
        # What it prints before it is ready; later that has a connection of its own.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        self._child = Child(
            _command(limits, preload, pace),
            self._said,
            clean_environment(),
            self._folder,
        )

    def request(
        self,
        payload: dict[str, object],
        timeout_s: float,
        waiting_s: float | None = None,
    ) -> object:
        """Return the reply to one request, or raise how the worker ended."""
        try:
            return self._connected().exchange(payload, timeout_s, waiting_s)
        except WorkerEnded as ended:
            raise self._explained(ended) from ended

    @property
    def used_s(self) -> float:
        """The computing time of the last request, in seconds of the nominal machine."""
        return self._connected().used_s

    @property
    def waited_s(self) -> float:
        """How long that was on the wall, in seconds of the nominal machine."""
        return self._connected().waited_s

    @property
    def paced_s(self) -> float:
        """The computing time of the last request, as far as the machine was seen."""
        return self._connected().paced_s

    @property
    def computing(self) -> bool:
        """Whether it computed or waited for a core meanwhile, and did not sleep."""
        return self._connected().computing

    def printed(self) -> str:
        """Return what the worker printed since the last call, capped."""
        return self._connected().printed()

    def last_words(self) -> str:
        """Return the end of what the last request printed."""
        return self._connected().last_words()

    def close(self) -> None:
        """End the worker and what it started, and remove its directory."""
        self._child.end()
        if self._connection is not None:
            self._connection.close()
        self._said.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def await_start(self) -> None:
        """Wait until the worker answers; its start does not count as student's time.

        Raises:
            InternalError: it did not start.
        """
        try:
            self._connected().exchange({"do": "nothing"}, _START_TIMEOUT_S)
        except (WorkerEnded, InternalError) as ended:
            self._said.seek(0)
            said = self._said.read()[-_SAID_CAP:].decode(errors="replace")
            self.close()
            raise InternalError(
                f"worker: it did not start: {ended} It printed: "
                f"{clean_text(said, _SAID_CAP)}"
            ) from ended

    def _connected(self) -> Connection:
        if self._connection is None:
            channel = self._child.connection(_START_TIMEOUT_S)
            output = self._child.connection(_START_TIMEOUT_S)
            cap, pid = self._limits.output_kb << 10, self._child.process.pid
            send_signal = self._child.process.send_signal
            self._connection = Connection(
                channel, output, cap, pid, self._pace, send_signal
            )
        return self._connection

    def _explained(self, ended: WorkerEnded) -> WorkerEnded:
        if ended.outcome is not Outcome.CRASHED:
            return ended
        process = self._child.process
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.2)
        return explain_exit(process.returncode, ended)


def _command(limits: Limits, preload: tuple[str, ...], pace: float) -> list[str]:
    # -P keeps the empty directory off the module path; -I would drop our environment.
    cpu_s = int(limits.seconds_per_exercise * 2 * pace) + 60
    start = [sys.executable, "-P", "-s", "-m", "grader.sandbox.worker.plain"]
    allowed = ",".join(_allowed(preload))
    return [*start, str(limits.memory_mb), str(cpu_s), allowed, *preload]


@functools.cache
def _allowed(preload: tuple[str, ...]) -> list[str]:
    """Return the names that programs may import: those that there are behind a wall."""
    names = (*libraries.STUDENT_NEEDS, *preload)
    # A distribution may come without a list of its files.
    brought = libraries.module_names(libraries.distribution_paths(names))
    return [*brought, *names, "IPython"]
