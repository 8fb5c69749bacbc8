"""Everything that was tried on one exercise, and what can be asked about it."""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from grader.authoring.proving.catalogue import VariantKind
from grader.course.uses import users_of
from grader.model import Check, Finding, Outcome, Visibility

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from grader.authoring.proving.trials import Tried
    from grader.course import Exercise
    from grader.traces import Measure


@dataclass(frozen=True)
class Bench:
    """One exercise with its checks, which definition uses which, and all trials.

    `left_out` names the checks that are not among them, as the solution skips them.
    """

    exercise: Exercise
    checks: tuple[Check, ...]
    uses: Mapping[str, AbstractSet[str]]
    tried: tuple[Tried, ...]
    left_out: tuple[str, ...] = ()

    @functools.cached_property
    def check(self) -> dict[str, Check]:
        """The checks by name."""
        return {check.name: check for check in self.checks}

    @functools.cached_property
    def right(self) -> tuple[Tried, ...]:
        """The trials of right variants."""
        return tuple(t for t in self.tried if t.candidate.kind.right)

    @functools.cached_property
    def wrong(self) -> tuple[Tried, ...]:
        """The trials of mistakes."""
        return self.of(VariantKind.MISTAKE)

    def with_only(self, checks: set[str]) -> Bench:
        """Return the bench as if there were no other checks."""
        kept = tuple(check for check in self.checks if check.name in checks)
        tried = tuple(_with_only(one, checks) for one in self.tried)
        return dataclasses.replace(self, checks=kept, tried=tried)

    def without_skipped(self) -> Bench:
        """Return the bench without the checks that the solution skips on every draw.

        So it is where `skipif` asks for what this machine does not have: nothing can
        be said of them here.
        """
        ran: dict[str, bool] = {}
        for tried in self.of(VariantKind.SOLUTION):
            for finding in tried.verdict.findings:
                ran[finding.name] = ran.get(finding.name, False) or finding.counts
        skipped = tuple(name for name, did in ran.items() if not did)
        if not skipped:
            return self
        kept = self.with_only(set(self.check) - set(skipped))
        return dataclasses.replace(kept, left_out=skipped)

    def of(self, kind: VariantKind) -> tuple[Tried, ...]:
        """Return the trials of one kind."""
        return tuple(t for t in self.tried if t.candidate.kind is kind)

    def by_name(self, tried: tuple[Tried, ...]) -> dict[str, list[Tried]]:
        """Return the trials of each candidate."""
        found: dict[str, list[Tried]] = {}
        for one in tried:
            found.setdefault(one.candidate.name, []).append(one)
        return found

    def related(self, about: str) -> set[str]:
        """Return the definitions that use a definition, itself among them."""
        return users_of(about, self.uses)

    def costs(self, tried: Tried) -> list[Check]:
        """Return the checks on which a candidate lost points."""
        failed = [self.check[finding.name] for finding in failures(tried)]
        return [check for check in failed if check.points]

    def is_caught(self, tried: Tried) -> bool:
        """Return whether a mistake loses points on a check about its own function."""
        return any(tried.candidate.about in c.about for c in self.costs(tried))

    def farthest_right(
        self, check: str | None = None, but: Collection[str] = ()
    ) -> float | None:
        """Return the largest distance of a right variant that passed.

        A comparison that did not hold in a check that passed was not asserted.

        Args:
            check: of this check alone; else of all hidden ones.
            but: checks that are left out.
        """
        found = [
            measure.distance
            for tried in self.right
            for measure, finding in measured(tried)
            if finding.outcome is Outcome.PASSED
            and measure.distance is not None
            and measure.distance <= (measure.tolerance or 0.0)
            and measure.check not in but
            and self._meant(measure, check)
        ]
        return max(found, default=None)

    def nearest_wrong(self, check: str | None = None) -> float | None:
        """Return the smallest distance of a mistake that some check sees.

        A mistake's distance is the largest that a check about its function measures. A
        mistake that no check tells from right variants does not count here: it is
        reported as not caught.

        Args:
            check: as this check alone sees it; else as all hidden ones do.
        """
        noise = 10 * (self.farthest_right(check) or 0.0)
        found = []
        for tried in self.wrong:
            seen = [
                distance_of(measure, finding)
                for measure, finding in measured(tried)
                if self._meant(measure, check)
                and tried.candidate.about in self.check[measure.check].about
            ]
            farthest = max(seen, default=0.0)
            if farthest > noise:
                found.append(farthest)
        nearest = min(found, default=math.inf)
        return nearest if math.isfinite(nearest) else None

    def tolerance(self, check: str) -> float | None:
        """Return the widest tolerance of a check's comparisons."""
        found = [
            measure.tolerance
            for tried in self.right
            for measure in tried.extras.measures
            if measure.check == check and measure.tolerance is not None
        ]
        return max(found, default=None)

    def seconds(self, check: str) -> float:
        """Return a check's shortest time, so that a busy machine does not count."""
        found = [
            measure.seconds
            for tried in self.right
            for measure, finding in measured(tried)
            if measure.check == check and finding.outcome is Outcome.PASSED
        ]
        return min(found, default=0.0)

    def measures(self, check: str, name: str | None = None) -> list[Measure]:
        """Return all measures of a check, or those on one candidate."""
        return [
            measure
            for tried in self.tried
            if name in (None, tried.candidate.name)
            for measure in tried.extras.measures
            if measure.check == check
        ]

    def _meant(self, measure: Measure, check: str | None) -> bool:
        if check is not None:
            return measure.check == check
        return self.check[measure.check].visibility is Visibility.HIDDEN


def _with_only(tried: Tried, checks: set[str]) -> Tried:
    findings = tuple(f for f in tried.verdict.findings if f.name in checks)
    measures = tuple(m for m in tried.extras.measures if m.check in checks)
    return replace(
        tried,
        verdict=replace(tried.verdict, findings=findings),
        extras=replace(tried.extras, measures=measures),
    )


def failures(tried: Tried) -> list[Finding]:
    """Return the findings that are not `passed`."""
    findings = tried.verdict.findings
    return [f for f in findings if f.outcome is not Outcome.PASSED]


def measured(tried: Tried) -> Iterator[tuple[Measure, Finding]]:
    """Yield each measure with its finding."""
    findings = {finding.name: finding for finding in tried.verdict.findings}
    for measure in tried.extras.measures:
        yield measure, findings[measure.check]


def distance_of(measure: Measure, finding: Finding) -> float:
    """Return how far off a check found a value; infinite where nothing was measured."""
    distance = measure.distance or 0.0
    seen = finding.outcome is not Outcome.PASSED
    return math.inf if seen and distance <= (measure.tolerance or 0.0) else distance
