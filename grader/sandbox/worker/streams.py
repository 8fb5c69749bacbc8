"""Standard output and errors that a program can wrap or close, and still print to."""

from __future__ import annotations

import contextlib
import io
import sys
from typing import Final

_DESCRIPTORS: Final = {"stdout": 1, "stderr": 2}


class _Buffer(io.BufferedWriter):
    """A buffer that stays open: whatever wraps it closes it when it goes."""

    def close(self) -> None:
        """Write what is left, and no more than that."""
        self.flush()


def keep() -> None:
    """Let both streams be such as stay open, and lose no whole line when killed."""
    for name in _DESCRIPTORS:
        setattr(sys, name, _stream(name))
        setattr(sys, f"__{name}__", getattr(sys, name))


def restore() -> None:
    """Give a program that has lost a stream another one."""
    for name in _DESCRIPTORS:
        if not _is_open(getattr(sys, name, None)):
            setattr(sys, name, _stream(name))


def flush() -> None:
    """Write what is in both streams, as far as they can."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()


def _is_open(stream: object) -> bool:
    try:
        return not stream.closed  # type: ignore[attr-defined]
    except (AttributeError, ValueError):
        # A stream of the program's own need not know; None, or one that was taken
        # apart, is none.
        return hasattr(stream, "write") and not isinstance(stream, io.TextIOWrapper)


def _stream(name: str) -> io.TextIOWrapper:
    raw = io.FileIO(_DESCRIPTORS[name], "w", closefd=False)
    return io.TextIOWrapper(
        _Buffer(raw), "utf-8", "backslashreplace", line_buffering=True
    )
