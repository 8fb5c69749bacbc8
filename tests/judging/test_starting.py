"""Checkers are forked from the nursery, and end whatever becomes of it."""

from __future__ import annotations

import os
import socket
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from grader.judging.starting import Nursery, Started

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.needs_wall


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery(("no_such_module",)) as opened:
        yield opened


def started(nursery: Nursery) -> Started:
    mine, its = socket.socketpair()
    said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the checker
    with mine, its:
        return Started(*nursery.checker(its, said), (said, nursery.said))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_each_checker_has_its_own_number(nursery: Nursery) -> None:
    first, second = started(nursery), started(nursery)

    # Asked for in another order than they were started in.
    numbers = [second.process.pid, first.process.pid]
    first.end()
    second.end()

    assert min(numbers) > 0
    assert numbers[0] != numbers[1]


def test_checker_ends_with_its_channel(nursery: Nursery) -> None:
    checker = started(nursery)

    checker.channel.close()
    checker.process.wait()
    kept = alive(checker.process.pid)  # nobody else gets the number
    checker.process.leave()
    checker.said[0].close()
    started(nursery).end()  # the nursery has read everything before

    assert kept
    assert not alive(checker.process.pid)


def test_checker_that_is_killed_is_seen_to_end(nursery: Nursery) -> None:
    checker = started(nursery)

    checker.process.kill()
    checker.process.wait()

    assert checker.channel.recv(1) == b""
    checker.end()


def test_nursery_that_has_gone_gives_no_checker_and_its_words() -> None:
    with Nursery(()) as nursery:
        before = started(nursery)
        os.write(nursery.said.fileno(), b"no memory")
        os.kill(nursery.process.pid, 9)
        nursery.process.wait()
        after = started(nursery)
        with closing(after.channel):
            assert after.channel.recv(1) == b""
        assert after.process.pid < 1
        assert "no memory" in after.last_words()
        after.end()
        before.end()
