"""A worker is asked for again if none can be forked at the moment."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.errors import OperatorError
from grader.model import Limits
from grader.sandbox.host import wall
from grader.sandbox.orders import NotNow, Spawn
from grader.sandbox.zygote.zygote import Zygote

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def zygote_that_cannot(times: int) -> Iterator[tuple[socket.socket, list[int]]]:
    """Return the control socket of a zygote that says "not now" so often, then ends."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    asked: list[int] = []

    def serve() -> None:
        for number in range(times):
            _, descriptors, _, _ = socket.recv_fds(its, 1 << 16, 3)
            for descriptor in descriptors:
                os.close(descriptor)
            asked.append(number)
            its.send(msgspec.msgpack.encode(NotNow("[Errno 11] try again")))
        its.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield ours, asked
    finally:
        ours.close()
        thread.join()


def test_worker_is_asked_for_again_when_none_can_be_forked() -> None:
    with zygote_that_cannot(3) as (control, asked):
        with pytest.raises(OperatorError, match="it has ended"):
            wall.ZygoteWall(control).spawn("worker", Limits())

        assert asked == [0, 1, 2]


def test_patience_with_a_zygote_that_cannot_fork_has_an_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wall, "FORK_S", -1.0)
    with (
        zygote_that_cannot(1) as (control, _),
        pytest.raises(wall.NoProcessError, match="try again"),
    ):
        wall.ZygoteWall(control).spawn("worker", Limits())


def test_zygote_outlives_a_failed_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", cannot)
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    readable, writable = os.pipe()
    order = Spawn(job="worker", limits=wall._allowance(Limits()))
    passed = [os.dup(writable), os.dup(writable), writable]
    socket.send_fds(ours, [msgspec.msgpack.encode(order)], passed)
    zygote = Zygote(its, None, {}, 1.0)  # type: ignore[arg-type]

    assert zygote._answer(its.fileno())
    answer = msgspec.msgpack.decode(ours.recv(1 << 16), type=NotNow)
    assert "temporarily unavailable" in answer.reason
    for end in (ours, its):
        end.close()
    for descriptor in (readable, *passed):
        os.close(descriptor)
