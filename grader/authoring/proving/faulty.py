"""Finds the checks that the solution itself stops: nothing else is asked of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grader.authoring.proving.catalogue import Candidate, VariantKind
from grader.authoring.proving.proof import Broken, Promise
from grader.authoring.proving.trials import Trial
from grader.judging.session import How
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.judging.session import Judges
    from grader.model import Finding

# What fails on some of these draws only is flaky, and told as that.
_DRAWS = 3
# How a check ends in which the solution raises, or comes to no end.
_STOPS = (
    Outcome.ERROR,
    Outcome.TIMEOUT,
    Outcome.OUT_OF_MEMORY,
    Outcome.CRASHED,
)


def faulty_checks(
    candidates: Iterable[Candidate], judges: Judges
) -> dict[str, dict[str, Broken]]:
    """Return the checks of each exercise that break on the solution itself, by name.

    So do those in which the solution raises, or which it fails on every draw. Nothing
    else is asked of them: it would only break again, as often as they run.
    """
    found: dict[str, dict[str, Broken]] = {name: {} for name in judges.checks}
    failed: Counter[tuple[str, str]] = Counter()
    trials = [
        Trial(one, How(authors=True, diagnose=False, draw=draw))
        for one in candidates
        if one.kind is VariantKind.SOLUTION
        for draw in range(_DRAWS)
    ]
    for trial, verdict, _ in judges.examine(trials):
        for finding in verdict.findings:
            if finding.outcome is Outcome.FAILED:
                failed[trial.exercise, finding.name] += 1
                if failed[trial.exercise, finding.name] < _DRAWS:
                    continue
            why = _why_faulty(finding)
            if why is not None:
                found[trial.exercise][finding.name] = Broken(
                    why[0], trial.exercise, finding.name, why[1]
                )
    return found


def _why_faulty(finding: Finding) -> tuple[Promise, str] | None:
    """Return what an author is told of a check that the solution does not pass."""
    name, said = f"`{finding.name}`", finding.message
    if finding.outcome is Outcome.GRADER_ERROR:
        return Promise.NO_FAULT, f"{name}: could not be checked: {said}"
    if finding.outcome in (*_STOPS, Outcome.FAILED):
        how = "fails" if finding.outcome is Outcome.FAILED else "stops"
        told = (
            f"{name}: the solution {how} it: {said} Correct the check or the solution."
        )
        return Promise.RIGHT_PASSES, told
    return None
