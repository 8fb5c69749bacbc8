"""What a program may change of what a check passes: what the solution changes as well.

A check goes on with its own lists and tensors after a call, and works out from them
what is right. A program that could change any of them would choose the data that it is
asked about. So a check sees changes only in what the solution changes, too, when it is
asked the same, in a process of its own; all else stays as the check made it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.judging.answers import Value
from grader.judging.checks.draws import Draw
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

    Run = Callable[[pytest.Item, Running], tuple[Finding, str | None]]


class Tampering:
    """Runs checks so that programs change only what they may.

    Args:
        run: runs a check.
        launch: starts a worker, for the solution.
    """

    def __init__(self, run: Run, launch: Callable[[Limits], Worker]) -> None:
        self._run = run
        self._launch = launch
        self._known: dict[tuple[str, str], frozenset[Change]] = {}

    def run(
        self, suite: Suite, item: pytest.Item, running: Running, key: str
    ) -> tuple[Running, Finding, str | None]:
        """Return how a check ended, and the run that counts.

        What the solution changes is asked when a program changes something first, and
        the check then runs once more if that is anything.

        Args:
            suite: the check's.
            item: the check.
            running: with the program.
            key: of the draws.
        """
        place = suite.exercise.id, running.check.name
        known = self._known.get(place)
        if suite.exercise.solution is None:
            running.may_change = None
        else:
            running.may_change = known or frozenset()
        finding, fault = self._run(item, running)
        solution = suite.exercise.solution
        if solution is None or known is not None or not changes_in(running.evidence):
            return running, finding, fault
        known = self._known[place] = self._of_solution(suite, solution, item, running)
        if not known:
            return running, finding, fault
        running = _anew(running, key, may_change=known)
        return running, *self._run(item, running)

    def _of_solution(
        self, suite: Suite, path: Path, item: pytest.Item, running: Running
    ) -> frozenset[Change]:
        """Return what the solution changes when it is asked the same."""
        source = path.read_bytes()
        program = Program(
            kind=ProgramKind.SCRIPT,
            filename=path.name,
            sha256=hashlib.sha256(source).hexdigest(),
            blocks=(Block(path.name, source),),
        )
        limits, given = suite.exercise.limits, suite.exercise.given
        host = Host(program, limits, self._launch, given=given)
        again = _anew(running, program.sha256, may_change=None)
        again.host = host
        try:
            self._run(item, again)
        finally:
            host.close()
        return changes_in(again.evidence)


def _anew(
    running: Running, key: str, *, may_change: frozenset[Change] | None
) -> Running:
    return replace(
        running,
        draw=Draw(key),
        evidence=Evidence(),
        ends=[],
        line=None,
        may_change=may_change,
    )


def changes_in(evidence: Evidence) -> frozenset[Change]:
    """Return what a program has changed of what a check has passed."""
    return frozenset(
        (exchange.name, left.number)
        for exchange in evidence.exchanges
        if isinstance(exchange.answer, Value)
        for left in exchange.answer.left
    )
