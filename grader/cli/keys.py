"""Single keys from a terminal, on every system; none where nobody sits at one."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def keys() -> Iterator[Callable[[float], str]]:
    """Return what waits some seconds for a key, and gives "" where none came."""
    if not sys.stdin.isatty():
        yield _nobody
        return
    try:
        termios, tty = map(importlib.import_module, ("termios", "tty"))
    except ImportError:
        yield _of_windows(importlib.import_module("msvcrt"))
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield _of_terminal
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _nobody(patience_s: float) -> str:
    import time

    time.sleep(patience_s)
    return ""


def _of_terminal(patience_s: float) -> str:
    import os
    import select

    ready, _, _ = select.select([sys.stdin], [], [], patience_s)
    return os.read(sys.stdin.fileno(), 1).decode(errors="replace") if ready else ""


def _of_windows(msvcrt: Any) -> Callable[[float], str]:  # noqa: ANN401 - not on Linux
    def wait(patience_s: float) -> str:
        _nobody(patience_s)
        return str(msvcrt.getwch()) if msvcrt.kbhit() else ""

    return wait
