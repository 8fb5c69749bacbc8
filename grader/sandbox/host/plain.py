"""No wall: a worker is a child process in an empty directory.

This protects from accidents (endless loops, memory, a crash, a full terminal), not from
intent. Every report then says `sandbox: none`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

from grader.errors import InternalError
from grader.model import Limits, Outcome
from grader.sandbox.environment import clean_environment
from grader.sandbox.host.client import Connection, WorkerEnded, explain_exit

_START_TIMEOUT_S = 120.0


class PlainWorker:
    """One worker process, its channel, and its empty directory.

    It is there once `await_start` has returned; starting takes as long as its imports.
    """

    def __init__(self, limits: Limits, preload: tuple[str, ...], pace: float) -> None:
        self._folder = tempfile.mkdtemp(prefix="grader-")
        ours, theirs = socket.socketpair()
        output, output_in = os.pipe()
        lifeline_out, self._lifeline = os.pipe()
        passed = (theirs.fileno(), lifeline_out)
        try:
            self._process = subprocess.Popen(
                _command(passed, limits, preload, pace),
                stdin=subprocess.DEVNULL,
                stdout=output_in,
                stderr=output_in,
                cwd=self._folder,
                env=clean_environment(),
                pass_fds=passed,
                start_new_session=True,
            )
        finally:
            theirs.close()
            os.close(output_in)
            os.close(lifeline_out)
        self._connection = Connection(
            ours, output, limits.output_kb << 10, self._process.pid, pace
        )

    def request(self, payload: dict[str, object], timeout_s: float) -> object:
        """Return the reply to one request, or raise how the worker ended."""
        try:
            return self._connection.exchange(payload, timeout_s)
        except WorkerEnded as ended:
            raise self._explained(ended) from ended

    @property
    def used_s(self) -> float:
        """The computing time of the last request, in seconds of the nominal machine."""
        return self._connection.used_s

    def printed(self) -> str:
        """Return what the worker printed since the last call, capped."""
        return self._connection.printed()

    def last_words(self) -> str:
        """Return the end of what the last request printed."""
        return self._connection.last_words()

    def close(self) -> None:
        """End the worker and what it started, and remove its directory."""
        # The group outlives its leader as long as anything in it runs.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._connection.close()
        os.close(self._lifeline)
        shutil.rmtree(self._folder, ignore_errors=True)

    def await_start(self) -> None:
        """Wait until the worker answers; its start does not count as student's time.

        Raises:
            InternalError: it did not start.
        """
        try:
            self._connection.exchange({"do": "nothing"}, _START_TIMEOUT_S)
        except WorkerEnded as ended:
            said = self.printed()
            self.close()
            raise InternalError(
                f"worker: it did not start: {ended} It printed: {said}"
            ) from ended

    def _explained(self, ended: WorkerEnded) -> WorkerEnded:
        if ended.outcome is not Outcome.CRASHED:
            return ended
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.2)
        return explain_exit(self._process.returncode, ended)


def _command(
    passed: tuple[int, int], limits: Limits, preload: tuple[str, ...], pace: float
) -> list[str]:
    # -P keeps the empty directory off the module path; -I would drop our environment.
    cpu_s = int(limits.seconds_per_exercise * 2 * pace) + 60
    numbers = [*passed, limits.memory_mb, cpu_s]
    start = [sys.executable, "-P", "-s", "-m", "grader.sandbox.worker.worker"]
    return [*start, *map(str, numbers), *preload]
