"""Commands of the system's: none runs here, and each ends as one that was not found.

A program that clears the screen or asks for the GPU goes on; one that insists, as with
`check=True`, is told by Python itself that the command failed.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final, Self

from grader.sandbox.worker import lacks
from grader.sandbox.worker.places import Place, is_own

if TYPE_CHECKING:
    import types

    from grader.sandbox.worker.replacing import Replacements

NOT_FOUND: Final = 127
"""The exit status of a command that a shell does not find."""

_HIGH_BYTE: Final = 8
_OF_PYTHON: Final = frozenset({"subprocess", "os", __name__})


class Unstarted(subprocess.Popen):  # type: ignore[type-arg]  # of bytes or of text
    """What `subprocess.Popen` is: a process that has ended, and said nothing."""

    def __init__(self, args: Any, *_: object, **options: Any) -> None:  # noqa: ANN401 - as Popen's
        _left_out(args)
        kinds = ("text", "universal_newlines", "encoding", "errors")
        text = any(options.get(kind) for kind in kinds)
        self.args = args
        self.pid = 0
        self.returncode = NOT_FOUND
        self._nothing: str | bytes = "" if text else b""
        self.stdin, self.stdout, self.stderr = (
            (io.StringIO() if text else io.BytesIO())
            if options.get(name) == subprocess.PIPE
            else None
            for name in ("stdin", "stdout", "stderr")
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing: nothing runs."""

    def __del__(self) -> None:
        """Do nothing: nothing runs."""

    def communicate(self, *_: object, **__: object) -> tuple[Any, Any]:
        """Return what it said on the streams that were asked for."""
        out = None if self.stdout is None else self._nothing
        error = None if self.stderr is None else self._nothing
        return out, error

    def poll(self) -> int:
        """Return how it ended."""
        return NOT_FOUND

    def wait(self, timeout: float | None = None) -> int:  # noqa: ARG002 - as Popen's
        """Return how it ended."""
        return NOT_FOUND

    def send_signal(self, sig: int) -> None:
        """Do nothing: nothing runs."""


def run_none(replaced: Replacements) -> None:
    """Let each command that Python would start end as one that was not found."""
    replaced.put(subprocess, Popen=Unstarted)
    replaced.put(os, system=_system)


def _system(command: object) -> int:
    """Return how a command ended, as `os.system` tells it."""
    _left_out(command)
    return NOT_FOUND << _HIGH_BYTE


def _left_out(command: object) -> None:
    """Take note of a command of the program's own; what libraries try is not told."""
    frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001 - nothing else tells
    while frame is not None and frame.f_globals.get("__name__") in _OF_PYTHON:
        frame = frame.f_back
    if frame is not None and is_own(frame.f_code.co_filename):
        words = command if isinstance(command, list | tuple) else (command,)
        shown = " ".join(
            os.fsdecode(w) if isinstance(w, bytes) else str(w) for w in words
        )
        lacks.met("shell", shown, Place(frame.f_code.co_filename, frame.f_lineno))
