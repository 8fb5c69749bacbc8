"""Without a wall the next worker may start ahead of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch  # noqa: F401 - what was used here is what a spare worker imports
from helpers import program

from grader.errors import InternalError
from grader.judging.answers import Value
from grader.judging.checks.host import Host
from grader.judging.requests import Call
from grader.model import Limits
from grader.sandbox.host import plain
from grader.sandbox.host.wall import NoWall

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADED = """\
import sys
# The second is what torch loads when an optimizer takes its first step.
loaded = {"torch", "torch._dynamo"} <= set(sys.modules)


def prints(size):
    print("x" * size)
    return loaded
"""


@pytest.fixture
def wall() -> Iterator[NoWall]:
    made = NoWall((), 1.0)
    yield made
    made.close()


def answer(wall: NoWall, limits: Limits) -> tuple[object, int]:
    """Return whether a worker has torch, and how much of its output is kept."""
    host = Host(program(LOADED), limits, wall.launch)
    try:
        found, printed = host.request("prints", Call("prints", (3000,)))
    finally:
        host.close()
    assert isinstance(found, Value)
    return found.value, len(printed.strip())


def test_prepared_worker_has_what_was_used(wall: NoWall) -> None:
    before = answer(wall, Limits())
    wall.prepare(Limits())

    assert before == (False, 3000)
    assert answer(wall, Limits()) == (True, 3000)
    assert answer(wall, Limits()) == (False, 3000)


def test_worker_prepared_for_other_limits_is_not_used(wall: NoWall) -> None:
    wall.prepare(Limits(output_kb=1))

    assert answer(wall, Limits()) == (False, 3000)


def test_worker_that_died_meanwhile_is_replaced(
    wall: NoWall, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dying(plain.PlainWorker):
        def await_start(self) -> None:
            self.close()
            raise InternalError("worker: it has died")

    with monkeypatch.context() as patched:
        patched.setattr("grader.sandbox.host.wall.PlainWorker", Dying)
        wall.prepare(Limits())

    assert answer(wall, Limits()) == (False, 3000)
