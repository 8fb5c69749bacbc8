"""Runs a check with the solution in the place of a student's program."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.course.sources import source_of
from grader.judging.checks.evidence import Evidence
from grader.judging.checks.host import Host
from grader.model import Block, Program, ProgramKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from grader.judging.checks.mirror import Change
    from grader.judging.plugin import Running
    from grader.judging.suites import Suite
    from grader.model import Finding, Limits
    from grader.sandbox.host.client import Worker

    RunCheck = Callable[[pytest.Item, Running], tuple[Finding, str | None]]


class Solving:
    """Runs checks with the solution, each time in a worker of its own.

    Args:
        run: runs a check.
        launch: starts a worker.
    """

    def __init__(self, run: RunCheck, launch: Callable[[Limits], Worker]) -> None:
        self._run = run
        self._launch = launch

    def solved(
        self,
        suite: Suite,
        solution: Path,
        item: pytest.Item,
        running: Running,
        key: str | None = None,
    ) -> tuple[Running, Finding]:
        """Return how a check ends for the solution, with the run.

        Args:
            suite: the check's.
            solution: its file.
            item: the check.
            running: how it ran with a student's program.
            key: of the draws; without one, they are the solution's own.
        """
        source = source_of(solution).encode()
        sha256 = hashlib.sha256(source).hexdigest()
        blocks = (Block(solution.name, source),)
        program = Program(ProgramKind.SCRIPT, solution.name, sha256, blocks)
        limits, given = suite.exercise.limits, suite.exercise.given
        again = anew(running, key or sha256, may_change=None)
        again.host = Host(program, limits, self._launch, given=given)
        try:
            finding, _ = self._run(item, again)
        finally:
            again.host.close()
        return again, finding


def anew(
    running: Running, key: str, *, may_change: frozenset[Change] | None
) -> Running:
    """Return a check that runs once more, as if it had not.

    Args:
        running: how it ran.
        key: of the draws.
        may_change: what the program may change of what the check passes.
    """
    return replace(
        running,
        draw=running.draw.with_key(key),
        evidence=Evidence(),
        ends=[],
        line=None,
        may_change=may_change,
    )
