"""The untrusted end of the channel: requests in, replies out, both as frames."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.sandbox import wire

if TYPE_CHECKING:
    from collections.abc import Callable


class Channel:
    """A worker's end of the socket to the checker."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def _read(self, count: int) -> bytes:
        """Return exactly `count` bytes; the process ends when the checker is gone."""
        parts = []
        while count:
            part = os.read(self._descriptor, min(count, 1 << 20))
            if not part:
                os._exit(0)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def write(self, data: bytes) -> None:
        """Send all bytes."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def receive(
        self, resolve: Callable[[wire.Handle], object] = wire.keep
    ) -> tuple[int, object]:
        """Return number and payload of the next request."""
        prefix = self._read(wire.PREFIX.size)
        body = self._read(wire.body_bytes(prefix))
        return wire.decode(prefix, body, resolve)
