"""What the solution says of a check: whose fault its end is, and how long it takes.

A check trusts what comes back: `student.f(x)[0]` raises where `f` returns a number. A
check with a mistake in it raises, too. What tells them apart is the solution: it is
asked the same, with the same draws. If it passes, a value of the student's was to
blame.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.course.questions import questions_of
from grader.errors import AuthorError, GraderError
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.marks import times_of
from grader.judging.checks.stumbling import stumbled
from grader.judging.efficiency import excess, excess_of
from grader.judging.guard import CheckTooLong
from grader.judging.plugin import with_credit
from grader.judging.solving import Solving, anew
from grader.judging.tampering import Tampering
from grader.model import Finding, Outcome, Role, Said

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from grader.judging.checks.evidence import Evidence
    from grader.judging.plugin import Running
    from grader.judging.solving import RunCheck
    from grader.judging.suites import Suite
    from grader.model import Limits
    from grader.sandbox.host.client import Worker

# No value leads to these, only a slip of the author's, or the machine.
_NEVER_THEIRS: Final = (NameError, ImportError, SyntaxError, OSError, GraderError)
# A check that takes more than this of its time with the solution is a slow one.
_QUICKLY: Final = 0.25
_NO_END: Final = (
    "This check came to no end with what your code gave: how large are the values that "
    "it returns, and how many are there?"
)
_MAY_BE_THEIRS: Final = (UnboundLocalError, FileNotFoundError, AuthorError)


class Blame:
    """Runs checks, and says of each that stopped who is to blame.

    Args:
        run: runs a check.
        launch: starts a worker, for the solution.
    """

    def __init__(self, run: RunCheck, launch: Callable[[Limits], Worker]) -> None:
        self._run = run
        self._solving = Solving(run, launch)
        self._tampering = Tampering(run, self._solving)

    def run(
        self, suite: Suite, item: pytest.Item, running: Running, key: str
    ) -> tuple[Running, Finding, str | None]:
        """Return how a check ended, and the run that counts.

        Args:
            suite: the check's.
            item: the check.
            running: with the program.
            key: of the draws.
        """
        running, finding, fault = self._tampering.run(suite, item, running, key)
        end = running.ends[0] if running.ends else None
        if finding.outcome is Outcome.PASSED:
            return running, self._measured(suite, item, running, key, finding), fault
        if end is None or finding.outcome is not Outcome.GRADER_ERROR:
            return running, finding, fault
        if not self._is_theirs(suite, item, running, end, key):
            return running, finding, fault
        check, folder = running.check, Path(item.path).parent
        if isinstance(end, CheckTooLong):
            # What is left of the program's time is not enough for more of the kind.
            running.host.charge_reading(end.seconds)
            late = CheckEnded(Outcome.TIMEOUT, _NO_END)
            return running, Finding(check.name, late.outcome, late.said), None
        text = stumbled(end, running.evidence, folder, check.visibility)
        failed = Finding(check.name, Outcome.FAILED, (Said(Role.SAW, text),))
        return running, with_credit(failed, running), None

    def _measured(
        self,
        suite: Suite,
        item: pytest.Item,
        running: Running,
        key: str,
        finding: Finding,
    ) -> Finding:
        """Return the finding on right work, which may compute too much."""
        times = times_of(item)
        if times is None:
            return finding
        if suite.exercise.solution is None:
            # Students have none: a release tells them what it computes.
            told = questions_of(suite.exercise)
            needed = told.costs.get(running.check.name) if told else None
            said = excess_of(times, running.evidence, needed) if needed else None
            return _with_excess(finding, running, said)

        def again() -> Evidence:
            once_more = anew(running, key, may_change=running.may_change)
            self._run(item, once_more)
            return once_more.evidence

        right, _ = self._solving.solved(suite, item, running, key)
        said = excess(times, running.evidence, right.evidence, again)
        return _with_excess(finding, running, said)

    def _is_theirs(
        self,
        suite: Suite,
        item: pytest.Item,
        running: Running,
        end: BaseException,
        key: str,
    ) -> bool:
        """Return whether what a check raised is due to what the program gave."""
        possible = isinstance(end, CheckTooLong | Exception) and (
            isinstance(end, _MAY_BE_THEIRS) or not isinstance(end, _NEVER_THEIRS)
        )
        if not possible or not running.evidence.exchanges:
            return False
        solution = suite.exercise.solution
        if solution is None:
            # Students have none: a release has seen to it that it passes.
            return True
        begun_s = time.thread_time()
        _, right = self._solving.solved(suite, item, running, key)
        took_s = time.thread_time() - begun_s
        if isinstance(end, CheckTooLong) and took_s > _QUICKLY * end.seconds:
            return False
        return right.outcome is Outcome.PASSED


def _with_excess(finding: Finding, running: Running, said: Said | None) -> Finding:
    """Return the finding on right work, which has failed if it computes too much."""
    if said is None:
        return finding
    return with_credit(Finding(finding.name, Outcome.FAILED, (said,)), running)
