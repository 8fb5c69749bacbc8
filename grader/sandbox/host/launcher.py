"""The main process's side of the wall: it starts the zygote and connects checkers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Final, Self

import msgspec

from grader.errors import OperatorError
from grader.sandbox.environment import clean_environment, kit_root
from grader.sandbox.host.wall import ZygoteWall
from grader.sandbox.orders import Connect, ZygoteReady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.orders import Step, Tier

JOBS: Final = {
    "worker": "grader.sandbox.worker.worker",
    "canary": "grader.sandbox.worker.canary",
}
_START_S: Final = 120.0
_FRAME: Final = 1 << 16
_SAID_CAP: Final = 2000


class Launcher:
    """A running zygote."""

    def __init__(
        self, process: subprocess.Popen[bytes], control: socket.socket, said: int
    ) -> None:
        self._process = process
        self._control = control
        self._said = said
        self._ready: ZygoteReady | None = None

    @classmethod
    def start(
        cls,
        tier: Tier,
        preload: Sequence[str] = (),
        *,
        many: bool = False,
        without: Sequence[Step] = (),
        bare: bool = False,
        prefix: Sequence[str] = (),
    ) -> Self:
        """Start a zygote; it warms up while the caller goes on.

        Args:
            tier: which mechanism keeps files unreadable.
            preload: modules that the course wants imported beforehand.
            many: whether enough workers will be forked to prepare for them.
            without: steps left out, for a test of the canary.
            bare: whether to load no libraries, for a test of the canary.
            prefix: a command that starts the interpreter, such as bubblewrap's.
        """
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [
            *prefix,
            *(sys.executable, "-s", "-P", "-m", "grader.sandbox.zygote.zygote"),
            *("--control", str(there.fileno()), "--root", str(kit_root())),
            *("--tier", tier.value),
            *(["--huge-pages"] if many else []),
            *(["--bare"] if bare else []),
            *(f"--job={name}={module}" for name, module in JOBS.items()),
            *(f"--preload={name}" for name in preload),
            *(f"--without={step.value}" for step in without),
        ]
        said = os.memfd_create("said")
        with there:
            process = subprocess.Popen(
                command,
                cwd="/",
                env=clean_environment(),
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return cls(process, here, said)

    @property
    def ready(self) -> ZygoteReady:
        """What the zygote says about itself, once it is ready.

        Raises:
            OperatorError: it exited before; the message holds what it printed.
        """
        if self._ready is None:
            self._control.settimeout(_START_S)
            try:
                frame = self._control.recv(_FRAME)
            except (TimeoutError, ConnectionError):
                frame = b""
            if not frame:
                raise OperatorError(self._last_words())
            self._control.settimeout(None)
            self._ready = msgspec.msgpack.decode(frame, type=ZygoteReady)
        return self._ready

    @property
    def wall(self) -> ZygoteWall:
        """A wall for this process itself."""
        return ZygoteWall(self._control)

    def connect(self) -> socket.socket:
        """Return a control socket for another process, served once it is ready."""
        mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            frame = msgspec.msgpack.encode(Connect())
            socket.send_fds(self._control, [frame], [its.fileno()])
        return mine

    def close(self) -> None:
        """End the zygote and every worker that is left."""
        self._control.close()
        if self._ready is None:
            self._process.kill()
        self._process.wait()
        os.close(self._said)

    def _last_words(self) -> str:
        """Return the message for a zygote that did not start."""
        size = os.fstat(self._said).st_size
        text = os.pread(self._said, _SAID_CAP, max(0, size - _SAID_CAP))
        return (
            f"zygote: it exited before it was ready. It printed:\n"
            f"{text.decode(errors='replace').strip()}"
        )
