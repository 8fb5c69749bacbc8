"""The process that checkers are forked from: it has loaded what all of them need.

Trusted, as the checkers are: it holds libraries and nothing of the course, and no
program of a student's ever reaches it. Started by `starting.py` with the number of its
door and the modules to load; it ends when the door closes.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Final

from grader.judging import checker
from grader.judging.protocol import PID
from grader.sandbox.asleep import let_wait
from grader.sandbox.process import make_non_dumpable

if TYPE_CHECKING:
    from collections.abc import Sequence

_DESCRIPTORS: Final = 4
# A machine whose processes are all in use may have one again soon.
_TRIES: Final = 10
_BETWEEN_S: Final = 0.2


def serve(door: socket.socket) -> None:
    """Fork a checker for each request, until the door closes.

    A request brings the descriptors of a checker: its channel, its control socket, what
    it prints into, and the end of a pipe that tells others that it lives. The answer is
    its number, which is negative where there is no checker. Any other message is the
    number of a checker that has ended and can be forgotten.
    """
    while True:
        message, given, _, _ = socket.recv_fds(door, PID.size, _DESCRIPTORS)
        if len(given) == _DESCRIPTORS:
            pid = _forked()
            if pid == 0:
                door.close()
                _become(*given)
            for descriptor in given:
                os.close(descriptor)
            door.send(PID.pack(pid))
        elif len(message) == PID.size:
            (ended,) = PID.unpack(message)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(ended, 0)
        else:
            return


def _forked() -> int:
    """Return what `fork` returns; -1, with a word, where no process can be had."""
    for _ in range(_TRIES):
        try:
            return os.fork()
        except OSError as error:
            print(f"fork: {error}", file=sys.stderr, flush=True)  # noqa: T201 - the main process reads it
            time.sleep(_BETWEEN_S)
    return -1


def _become(channel: int, control: int, said: int, _alive: int) -> None:
    """Be a checker, and end with it."""
    os.setpgid(0, 0)
    os.dup2(said, 2)
    os.close(said)
    status = 1
    try:
        checker.main(socket.socket(fileno=channel), control)
        status = 0
    finally:
        sys.stderr.flush()
        # What the nursery was doing is not the checker's to end.
        os._exit(status)


def main(door: socket.socket, preload: Sequence[str]) -> None:
    """Load what checkers need, then serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A worker of the same user must not read, or change, what checkers are made of.
    make_non_dumpable()
    for name in preload:
        # A checker says better what is wrong with a module that it needs.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if "torch" in sys.modules:
        let_wait()
    # The collector would touch, and so copy, what is loaded.
    gc.collect()
    gc.freeze()
    serve(door)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
