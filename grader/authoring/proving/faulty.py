"""Finds the checks that the solution itself stops: nothing else is asked of them."""

from __future__ import annotations

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

    So do those in which the solution raises. Nothing else is asked of them: it would
    only break again, as often as they run.
    """
    found: dict[str, dict[str, Broken]] = {name: {} for name in judges.checks}
    solutions = [c for c in candidates if c.kind is VariantKind.SOLUTION]
    own = How(authors=True, diagnose=False)
    for trial, verdict, _ in judges.examine([Trial(c, own) for c in solutions]):
        for finding in verdict.findings:
            why = _why_faulty(finding)
            if why is not None:
                found[trial.exercise][finding.name] = Broken(
                    why[0], trial.exercise, finding.name, why[1]
                )
    return found


def _why_faulty(finding: Finding) -> tuple[Promise, str] | None:
    """Return what an author is told of a check that the solution stops, if it does."""
    name, said = f"`{finding.name}`", finding.message
    if finding.outcome is Outcome.GRADER_ERROR:
        return Promise.NO_FAULT, f"{name}: could not be checked: {said}"
    if finding.outcome in _STOPS:
        told = (
            f"{name}: the solution stops it: {said} Correct the check or the solution."
        )
        return Promise.RIGHT_PASSES, told
    return None
