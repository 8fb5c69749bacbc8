"""Runs a check with the solution in the place of a student's program."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.course import SOLUTION
from grader.course.parts import program_from
from grader.judging.checks.evidence import Evidence
from grader.judging.checks.host import Host

if TYPE_CHECKING:
    from collections.abc import Callable

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
        item: pytest.Item,
        running: Running,
        key: str | None = None,
    ) -> tuple[Running, Finding]:
        """Return how a check ends for the solution, with the run.

        Args:
            suite: the check's.
            item: the check.
            running: how it ran with a student's program.
            key: of the draws; without one, they are the solution's own.
        """
        exercise = suite.exercise
        program = program_from(exercise.source, SOLUTION)
        again = anew(running, key or program.sha256, may_change=None)
        limits, given = exercise.limits, exercise.given
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
