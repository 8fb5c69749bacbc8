"""Loss curves of the student and of the reference, from visible checks only.

Visible checks train on the lesson's data and hold the expected losses themselves, so
these curves hide nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.judging.checks.calls import Calls
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.student import Remote
from grader.model import Check, Curve, Visibility

if TYPE_CHECKING:
    from grader.judging.checks.evidence import Comparison, Evidence
    from grader.judging.checks.host import Host

POINTS_CAP = 32
_RTOL_CAP = 0.1


def curve_of(check: Check, evidence: Evidence, host: Host) -> Curve | None:
    """Return the losses of a training that a visible check saw, or None.

    Losses are a list of numbers that was compared in a check in which the program
    trained, as its own process recorded. There is no curve if the expected losses are
    all the same, or known only roughly.
    """
    if check.visibility is not Visibility.VISIBLE:
        return None
    told = [c for c in evidence.comparisons if _is_curve(c)]
    if not told or not _trained(check, evidence, host):
        return None
    return Curve(check.name, _points(told[-1].got), _points(told[-1].expected))


def _is_curve(comparison: Comparison) -> bool:
    got, expected = comparison.got, comparison.expected
    return (
        got is not None
        and got.ndim == expected.ndim == 1
        and min(len(got), len(expected)) > 1
        and comparison.rtol <= _RTOL_CAP
        and bool(np.isfinite(expected).all())
        and float(np.ptp(expected)) > 0
    )


def _trained(check: Check, evidence: Evidence, host: Host) -> bool:
    """Return whether the worker recorded a backward pass in a call of this check."""
    try:
        return Calls(host, evidence, check.visibility, Remote).passes() > 1
    except CheckEnded:
        return False


def _points(values: np.ndarray | None) -> tuple[float, ...]:
    """Return at most 32 values with both ends, up to one that is not a number."""
    if values is None:
        return ()
    odd = np.flatnonzero(~np.isfinite(values))
    finite = values[: odd[0]] if len(odd) else values
    count = min(len(finite), POINTS_CAP)
    places = np.linspace(0, len(finite) - 1, count).round().astype(int)
    return tuple(float(finite[place]) for place in places)
