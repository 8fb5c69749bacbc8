"""Policies of a course's own, found by entry point `grader.policies`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.errors import AuthorError
from grader.installed import add_ons
from grader.model import Adjustment

if TYPE_CHECKING:
    from grader.installed import AddOn
    from grader.model import SubmissionResult
    from grader.policies.circumstances import Circumstances, Policy

GROUP = "grader.policies"


def own_policies() -> dict[str, Policy]:
    """Return the policies that installed packages add, by name, in alphabetical order.

    Raises:
        AuthorError: one of them cannot be imported.
    """
    return {name: _load(one) for name, one in sorted(add_ons(GROUP, {}).items())}


def _load(point: AddOn) -> Policy:
    try:
        policy: Policy = point.load()
    except (ImportError, AttributeError) as error:
        raise AuthorError(
            f"policy {point.name}: expected {point.value}, got {error}. Repair or "
            f"remove the package that adds it."
        ) from error
    return policy


def adjustments_of(
    name: str,
    policy: Policy,
    submission: SubmissionResult,
    circumstances: Circumstances,
) -> tuple[Adjustment, ...]:
    """Return what a policy of somebody else's gives, once it is sound.

    Raises:
        AuthorError: it gives something else than adjustments with numbers in them.
    """
    given = policy(submission, circumstances)
    names = {None, *(exercise.exercise for exercise in submission.exercises)}
    if not isinstance(given, tuple) or not all(_sound(one, names) for one in given):
        raise AuthorError(
            f"policy {name}: expected a tuple of adjustments, each with numbers, a "
            f"reason and an exercise of the course, got {given!r}. Repair the policy."
        )
    return given


def _sound(adjustment: object, exercises: set[str | None]) -> bool:
    return (
        isinstance(adjustment, Adjustment)
        and bool(adjustment.reason)
        and adjustment.exercise in exercises
        and all(
            math.isfinite(number)
            for number in (
                adjustment.points,
                adjustment.max_points,
                adjustment.extra_points,
            )
        )
    )
