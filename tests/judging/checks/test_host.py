"""A host keeps one program's worker, and replaces it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import program

from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.host import Host
from grader.model import Limits
from grader.sandbox.host.wall import NoWall

if TYPE_CHECKING:
    from grader.sandbox.host.client import Worker


def test_program_that_never_loads_is_started_once() -> None:
    wall = NoWall((), 1.0)
    started: list[Worker] = []

    def launch(limits: Limits) -> Worker:
        started.append(wall.launch(limits))
        return started[-1]

    host = Host(program("while True: pass"), Limits(seconds_per_call=0.2), launch)
    for _ in range(3):
        with pytest.raises(CheckEnded, match="the code outside functions"):
            host.load()

    assert len(started) == 1
    assert host.cut_short
