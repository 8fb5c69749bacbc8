"""Starts a checker process, and gets a channel to it.

Behind a wall it inherits its descriptors: that is Linux. Without a wall, as on a
student's own machine, it calls back, which works on every system.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from grader.sandbox.environment import ONE_THREAD
from grader.sandbox.host.children import Child

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.host.gate import Gate

_CONNECT_S = 60.0
_SAID_CAP = 2000


@dataclass(frozen=True, slots=True)
class Started:
    """A checker process, the channel to it, and what it prints, for us to read."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    said: IO[bytes]
    leave: Callable[[], object]

    def end(self) -> None:
        """End the process; it ends its worker itself when the channel closes."""
        self.channel.close()
        try:
            self.process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.leave()
        self.said.close()

    def last_words(self) -> str:
        """End the process, and return what it printed last, for us to read."""
        self.process.kill()
        self.process.wait()
        size = self.said.seek(0, os.SEEK_END)
        self.said.seek(max(0, size - _SAID_CAP))
        said = self.said.read().decode(errors="replace").strip()
        return f" It said:\n{said}" if said else ""


def start_checker(gate: Gate) -> Started:
    """Return a checker process that has just started."""
    control = gate.connect()
    # Kept, and shown only if it fails: a run that ends early ends its checkers in the
    # middle of something.
    said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the checker
    command = [sys.executable, "-P", "-m", "grader.judging.checker"]
    environment = {**os.environ, **ONE_THREAD}
    if control is None:
        child = Child([*command, "call"], said, environment)
        channel = child.connection(_CONNECT_S)
        return Started(child.process, channel, said, child.end)
    ours, theirs = socket.socketpair()
    with theirs, control:
        passed = [theirs.fileno(), control.fileno()]
        process = subprocess.Popen(
            [*command, "inherit", *map(str, passed)],
            stdin=subprocess.DEVNULL,
            stderr=said,
            env=environment,
            pass_fds=passed,
            # Ctrl-C is for the main process alone: it ends its checkers itself.
            process_group=0,
        )
    return Started(process, ours, said, process.wait)
