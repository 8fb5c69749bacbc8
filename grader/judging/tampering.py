"""What a program may change of what a check passes: what the solution changes as well.

A check goes on with its own lists and tensors after a call, and works out from them
what is right. A program that could change any of them would choose the data that it is
asked about. So a check sees changes only in what the solution changes, too, when it is
asked the same, in a process of its own; all else stays as the check made it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.judging.answers import Value
from grader.judging.solving import anew

if TYPE_CHECKING:
    import pytest

    from grader.judging.checks.evidence import Evidence
    from grader.judging.checks.mirror import Change
    from grader.judging.plugin import Running
    from grader.judging.solving import RunCheck, Solving
    from grader.judging.suites import Suite
    from grader.model import Finding


class Tampering:
    """Runs checks so that programs change only what they may.

    Args:
        run: runs a check.
        solving: runs it with the solution.
    """

    def __init__(self, run: RunCheck, solving: Solving) -> None:
        self._run = run
        self._solving = solving
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
        again, _ = self._solving.solved(suite, item, running)
        known = self._known[place] = changes_in(again.evidence)
        if not known:
            return running, finding, fault
        running = anew(running, key, may_change=known)
        return running, *self._run(item, running)


def changes_in(evidence: Evidence) -> frozenset[Change]:
    """Return what a program has changed of what a check has passed."""
    return frozenset(
        (exchange.name, left.number)
        for exchange in evidence.exchanges
        if isinstance(exchange.answer, Value)
        for left in exchange.answer.left
    )
