"""One program with the runs of its checks, and what each run asked and got."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from grader.judging.checks.evidence import Evidence
from grader.judging.checks.marks import times_of
from grader.judging.diagnosis.asserted import had_asked_all
from grader.judging.diagnosis.bounds import AGAIN_S
from grader.judging.diagnosis.recognition import Record
from grader.judging.efficiency import cost_of
from grader.model import Outcome, Visibility

if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Sequence

    from grader.course.questions import Questions
    from grader.judging.checks.host import Host
    from grader.judging.diagnosis.stage import Stage
    from grader.judging.plugin import Running
    from grader.model import Finding
    from grader.traces import Cost

    Judging = Callable[[pytest.Item, Running], tuple[Finding, str | None]]

DIAGNOSED = (Outcome.FAILED, Outcome.ERROR)
_LOST = (Outcome.TIMEOUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED)


@dataclass(frozen=True, slots=True)
class CheckRun:
    """One check that has run: its draws, how it ended, how long it took."""

    item: pytest.Item
    running: Running
    key: str
    finding: Finding
    seconds: float


@dataclass(frozen=True, slots=True)
class Case:
    """One program with all runs of its checks, and what is needed to look closer.

    `stage` is None if there is no solution, as when a student checks their own work;
    then `questions` are those that were handed out with the checks. `counterexamples`
    says whether students may see any.
    """

    check_runs: Sequence[CheckRun]
    host: Host
    digest: str
    reference: types.ModuleType | None
    stage: Stage | None
    run: Judging
    counterexamples: bool = True
    questions: Questions | None = None


def tells(check_run: CheckRun) -> bool:
    """Return whether the run of a check is evidence: its code was there and ran."""
    return check_run.finding.outcome in (*DIAGNOSED, *_LOST, Outcome.PASSED)


def costs_of(check_runs: Sequence[CheckRun]) -> dict[str, Cost]:
    """Return what a program computed for each check that limits it, and passed."""
    return {
        run.running.check.name: cost_of(run.running.evidence)
        for run in check_runs
        if times_of(run.item) is not None and run.finding.outcome is Outcome.PASSED
    }


def record_again(case: Case, check_run: CheckRun) -> Record:
    """Return all that a check asks and gets, also after its first difference."""
    evidence = check_run.running.evidence
    if _is_short_of(check_run):
        repeated = again(case, check_run, check_run.key)
        if len(repeated.exchanges) >= len(evidence.exchanges):
            evidence = repeated
    return record_of(check_run, evidence)


def _is_short_of(check_run: CheckRun) -> bool:
    """Return whether a check that failed may ask more if it goes on, and soon ends."""
    if check_run.finding.outcome is not Outcome.FAILED or check_run.seconds >= AGAIN_S:
        return False
    ends, item = check_run.running.ends, check_run.item
    function = item.function if isinstance(item, pytest.Function) else None
    return function is None or not had_asked_all(function, ends[0] if ends else None)


def again(case: Case, check_run: CheckRun, key: str) -> Evidence:
    """Return what a check sees if it does not stop at the first difference."""
    evidence = Evidence(lenient=True)
    before = check_run.running
    draw = before.draw.with_key(key)
    running = replace(before, draw=draw, evidence=evidence, ends=[])
    case.run(check_run.item, running)
    return evidence


def record_of(
    check_run: CheckRun, evidence: Evidence, *, fixed: bool = False
) -> Record:
    """Return what one check asked and got, by this evidence.

    Args:
        check_run: how it ended.
        evidence: what it asked and got.
        fixed: whether it drew what it draws for all programs.
    """
    check, drawn = check_run.running.check, check_run.running.draw.log
    return Record(
        check=check,
        failed=check_run.finding.outcome in DIAGNOSED,
        lost=check_run.finding.outcome in _LOST,
        fixed=fixed or check.visibility is Visibility.VISIBLE or not drawn,
        seconds=check_run.seconds,
        exchanges=tuple(evidence.exchanges),
    )
