"""Starts a child process that calls back on 127.0.0.1, on every system."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from typing import IO, TYPE_CHECKING

from grader.errors import InternalError
from grader.sandbox.joining import HOST, WORD_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LOOK_S = 0.2
_WORD_S = 5.0


class Child:
    """A child process; it has an empty input, and ends when this process does.

    Args:
        command: what to start; the port to call is added to it.
        said: where what it prints goes.
        env: its whole environment.
        cwd: its folder; None for this process's.
    """

    def __init__(
        self,
        command: Sequence[str],
        said: IO[bytes],
        env: Mapping[str, str],
        cwd: Path | None = None,
    ) -> None:
        self._word = secrets.token_bytes(WORD_BYTES)
        self._door = socket.create_server((HOST, 0))
        self._door.settimeout(_LOOK_S)
        try:
            self.process = subprocess.Popen(
                [*command, str(self._door.getsockname()[1])],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                env=env,
                cwd=cwd,
                # Ctrl-C is for the process that the student sees: it ends the others.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError:
            self._door.close()
            raise
        self._tell(self._word)

    def connection(self, patience_s: float) -> socket.socket:
        """Return the next connection that the child makes.

        Raises:
            InternalError: it ended, or made none in time.
        """
        until_s = time.monotonic() + patience_s
        while time.monotonic() < until_s:
            with contextlib.suppress(TimeoutError):
                line, _ = self._door.accept()
                if _word_of(line) == self._word:
                    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    line.settimeout(None)
                    return line
                line.close()
            if self.process.poll() is not None:
                raise InternalError("The process ended before it was ready.")
        raise InternalError(f"The process was not ready after {patience_s:g} s.")

    def end(self) -> None:
        """End the process and, where the system knows groups, all that it started."""
        ends_group = getattr(os, "killpg", None)
        if ends_group is None:
            self.process.kill()
        else:
            # The group outlives its leader as long as anything in it runs.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                ends_group(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._door.close()
        self._tell(b"", last=True)

    def _tell(self, word: bytes, *, last: bool = False) -> None:
        if self.process.stdin is None:
            return
        with contextlib.suppress(OSError):  # it has ended
            self.process.stdin.write(word)
            self.process.stdin.flush()
            if last:
                self.process.stdin.close()


def _word_of(line: socket.socket) -> bytes:
    line.settimeout(_WORD_S)
    word = b""
    with contextlib.suppress(OSError):
        while len(word) < WORD_BYTES and (part := line.recv(WORD_BYTES - len(word))):
            word += part
    return word
