"""A child process calls its parent back on 127.0.0.1, which works on every system.

Descriptors cannot be handed to a child on Windows, and a socket can always be made. The
parent writes a secret word into the child's input. Who comes without it is turned away:
anybody on this machine may call.
"""

from __future__ import annotations

import io
import os
import socket
import sys
from typing import Final

HOST: Final = "127.0.0.1"
WORD_BYTES: Final = 16
_CONNECT_S: Final = 30.0


class Parent:
    """The way back to the process that started this one.

    Args:
        port: where the parent waits.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._word = os.read(0, WORD_BYTES)
        # What is left of the input is a lifeline, and nothing that a program may read.
        self._lifeline = os.dup(0)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)

    def call(self) -> socket.socket:
        """Return a new connection to the parent."""
        line = socket.create_connection((HOST, self._port), timeout=_CONNECT_S)
        line.settimeout(None)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(self._word)
        return line

    def await_end(self) -> None:
        """Return when the parent has ended."""
        os.read(self._lifeline, 1)


def speak_into(line: socket.socket) -> None:
    """Put what this process prints from now on into a connection."""
    try:
        os.dup2(line.fileno(), 1)
        os.dup2(line.fileno(), 2)
    except OSError:  # a socket is no descriptor on this system
        sys.stdout = sys.stderr = _stream_into(line)


def _stream_into(line: socket.socket) -> io.TextIOWrapper:
    raw = line.makefile("wb", buffering=0)
    return io.TextIOWrapper(
        raw, encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
