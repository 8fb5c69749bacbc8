"""The promises about checks: none is blind, too wide, or too slow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.authoring.proving.advice import blindness
from grader.authoring.proving.bench import Bench, failures
from grader.authoring.proving.catalogue import VariantKind
from grader.authoring.proving.proof import Broken, CheckProof, Promise
from grader.model import Check, Outcome, Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MARGIN = 100.0
# A check that allows more than this has its own idea of what is right.
WIDE = 1e-2


def not_blind(bench: Bench) -> list[Broken]:
    """Return the hidden checks that no mistake fails."""
    return [
        Broken(
            Promise.NOT_BLIND,
            bench.exercise.id,
            check.name,
            f"`{check.name}`: no mistake fails it{_points(check)}. "
            f"{blindness(bench, check)}",
        )
        for check in bench.checks
        if check.visibility is Visibility.HIDDEN
        and not check.by_hand
        and not failed_by(bench, check.name)
    ]


def visible_not_blind(bench: Bench) -> list[Broken]:
    """Return the visible checks that pass whatever their functions return."""
    return [
        Broken(
            Promise.NOT_BLIND,
            bench.exercise.id,
            check.name,
            f"`{check.name}`: it passes where a function that it is about returns "
            f"None, a text or an empty list. Compare what the student returns with the "
            f"right value.",
        )
        for check in bench.checks
        if check.visibility is Visibility.VISIBLE and _passes_garbage(bench, check)
    ]


def _passes_garbage(bench: Bench, check: Check) -> bool:
    """Return whether a check passes everything odd that its functions return."""
    ends = [
        finding.outcome
        for tried in bench.of(VariantKind.GARBAGE)
        if tried.candidate.about in check.about
        for finding in tried.verdict.findings
        if finding.name == check.name
    ]
    return bool(ends) and all(end is Outcome.PASSED for end in ends)


def margin(bench: Bench) -> list[Broken]:
    """Return what is too close: right to wrong, or a tolerance to one of them.

    A check that allows much, such as one of a sample's mean, goes by its own numbers.
    """
    wide = {c.name for c in bench.checks if (bench.tolerance(c.name) or 0.0) > WIDE}
    own = {name: _own(bench, name) for name in wide}
    right, wrong = bench.farthest_right(but=wide), bench.nearest_wrong()
    if right is None or wrong is None:
        return list(_outside(bench, own))
    exercise = bench.exercise.id
    broken = []
    if wrong < MARGIN * right:
        message = (
            f"{exercise}: expected the nearest mistake to be {MARGIN:g} times as far "
            f"off as the farthest right variant, got {wrong:.1g} against {right:.1g}. "
            f"Keep inputs where right variants agree, away from cancellation and "
            f"convergence."
        )
        broken.append(Broken(Promise.MARGIN, exercise, exercise, message))
    whole = {c.name: (right, wrong) for c in bench.checks if c.name not in wide}
    return broken + list(_outside(bench, {**whole, **own}))


def _own(bench: Bench, check: str) -> tuple[float, float]:
    """Return how far off the farthest right and the nearest wrong are in one check."""
    return bench.farthest_right(check) or 0.0, bench.nearest_wrong(check) or math.inf


def _outside(
    bench: Bench, between: Mapping[str, tuple[float, float]]
) -> Iterator[Broken]:
    """Yield the hidden checks whose tolerance lies outside the margin."""
    for check in bench.checks:
        tolerance = bench.tolerance(check.name)
        known = check.visibility is Visibility.HIDDEN and check.name in between
        if not known or tolerance is None:
            continue
        right, wrong = between[check.name]
        if not right < tolerance < wrong:
            message = (
                f"`{check.name}`: expected a tolerance between the farthest right "
                f"variant, {right:.1g} off, and the nearest mistake, {wrong:.1g}, got "
                f"{tolerance:.1g}. Set rtol in between."
            )
            yield Broken(Promise.MARGIN, bench.exercise.id, check.name, message)


def in_time(bench: Bench) -> list[Broken]:
    """Return the checks that take more than their share of the exercise's time."""
    allowed = bench.exercise.limits.seconds_per_exercise
    share = allowed / max(len(bench.checks), 1)
    return [
        Broken(
            Promise.IN_TIME,
            bench.exercise.id,
            check.name,
            f"`{check.name}`: expected at most {share:.2g} s, its share of the "
            f"{allowed:g} s of the exercise, took {bench.seconds(check.name):.2g} s. "
            f"Use fewer inputs or epochs, or raise seconds_per_exercise.",
        )
        for check in bench.checks
        if bench.seconds(check.name) > share
    ]


def failed_by(bench: Bench, check: str) -> int:
    """Return how many mistakes a check fails, on any draw."""
    names = {
        tried.candidate.name
        for tried in bench.wrong
        if any(finding.name == check for finding in failures(tried))
    }
    return len(names)


def check_proofs(bench: Bench) -> tuple[CheckProof, ...]:
    """Return what was found about each check."""
    return tuple(
        CheckProof(
            name=check.name,
            visibility=check.visibility,
            points=check.points,
            failed_by=failed_by(bench, check.name),
            farthest_right=bench.farthest_right(check.name),
            nearest_wrong=bench.nearest_wrong(check.name),
            tolerance=bench.tolerance(check.name),
            seconds=bench.seconds(check.name),
        )
        for check in bench.checks
    )


def _points(check: Check) -> str:
    return f": nobody can lose its points ({check.points:g})" if check.points else ""
