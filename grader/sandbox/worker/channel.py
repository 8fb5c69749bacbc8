"""The untrusted end of the channel: requests in, replies out, both as frames."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Protocol, Self

from grader.sandbox import wire

if TYPE_CHECKING:
    from collections.abc import Callable


class Link(Protocol):
    """A way to the check."""

    def write(self, data: bytes) -> None:
        """Send all bytes."""

    def receive(
        self, resolve: Callable[[wire.Handle], object] = wire.keep
    ) -> tuple[int, object]:
        """Return number and payload of the next request."""
        raise NotImplementedError


class Channel:
    """A worker's end of the channel to the checker.

    Args:
        read: returns some bytes, at most that many; none once the checker is gone.
        write: sends some bytes, and returns how many.
    """

    def __init__(
        self, read: Callable[[int], bytes], write: Callable[[memoryview], int]
    ) -> None:
        self._read_some = read
        self._write_some = write

    @classmethod
    def on(cls, descriptor: int) -> Self:
        """Return a channel on a descriptor."""
        return cls(partial(os.read, descriptor), partial(os.write, descriptor))

    def _read(self, count: int) -> bytes:
        """Return exactly `count` bytes; the process ends when the checker is gone."""
        parts = []
        while count:
            part = self._read_some(min(count, 1 << 20))
            if not part:
                os._exit(0)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def write(self, data: bytes) -> None:
        """Send all bytes."""
        view = memoryview(data)
        while view:
            view = view[self._write_some(view) :]

    def receive(
        self, resolve: Callable[[wire.Handle], object] = wire.keep
    ) -> tuple[int, object]:
        """Return number and payload of the next request."""
        prefix = self._read(wire.PREFIX.size)
        body = self._read(wire.body_bytes(prefix))
        return wire.decode(prefix, body, resolve, leaves=True)
