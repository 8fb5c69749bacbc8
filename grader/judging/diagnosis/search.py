"""The search for reasons, once for each program, and with an end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from grader.course.questions import questions_of
from grader.judging.diagnosis.case import Case
from grader.judging.diagnosis.examiner import Diagnosis, diagnose
from grader.judging.diagnosis.stage import Stage
from grader.judging.guard import CheckTooLong

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.judging.checks.host import Host
    from grader.judging.diagnosis.case import CheckRun
    from grader.judging.guard import Guard
    from grader.judging.solving import RunCheck
    from grader.judging.suites import Suite
    from grader.model import Limits
    from grader.sandbox.host.client import Worker

_LONGEST_S: Final = 20.0
"""How long this process may compute for the reasons of one program."""


class Search:
    """Looks for reasons; the solutions and their mistakes stay loaded meanwhile.

    Args:
        run: runs a check.
        launch: starts a worker, for the solution.
        guard: ends a search that takes too long.
    """

    def __init__(
        self, run: RunCheck, launch: Callable[[Limits], Worker], guard: Guard
    ) -> None:
        self._run = run
        self._launch = launch
        self._guard = guard
        self._stages: dict[str, Stage] = {}

    def close(self) -> None:
        """End the solutions' workers."""
        for stage in self._stages.values():
            stage.close()

    def reasons(self, case: Case) -> tuple[Diagnosis, str | None]:
        """Return the diagnosis, or else why the search failed, which is our fault.

        There is none where the program's values are so large, or so many, that the
        search comes to no end.
        """

        def searched() -> Diagnosis:
            with self._guard.over(case.host, _LONGEST_S):
                return diagnose(case)

        ran = pytest.CallInfo.from_call(searched, when="call")
        if ran.excinfo is None:
            return ran.result, None
        if ran.excinfo.type is CheckTooLong:
            # The solution's process may be in the middle of an answer.
            self._drop(case)
            return Diagnosis({}), None
        return Diagnosis({}), f"The search for reasons ended: {ran.excinfo.exconly()}"

    def case(
        self,
        suite: Suite,
        host: Host,
        check_runs: Sequence[CheckRun],
        *,
        counterexamples: bool,
    ) -> Case:
        """Return the program that was judged last, ready for a closer look.

        Args:
            suite: the checks.
            host: the program.
            check_runs: how the checks ended.
            counterexamples: whether to look for a call that shows what is wrong.
        """
        stage = self._stages.get(suite.exercise.id)
        if stage is None and suite.reference is not None:
            stage = Stage(suite.exercise, self._launch)
            self._stages[suite.exercise.id] = stage
        return Case(
            check_runs=tuple(check_runs),
            host=host,
            digest=suite.digest,
            reference=suite.reference,
            stage=stage,
            run=self._run,
            counterexamples=counterexamples,
            questions=questions_of(suite.exercise) if stage is None else None,
        )

    def _drop(self, case: Case) -> None:
        """Let the next program start the solution's worker anew."""
        if case.stage is not None:
            case.stage.close()
        kept = {name: s for name, s in self._stages.items() if s is not case.stage}
        self._stages = kept
