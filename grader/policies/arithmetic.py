"""Arithmetic of points: exact in between, rounded at the end."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.scoring import total

if TYPE_CHECKING:
    from grader.model import ExerciseResult


@functools.lru_cache(maxsize=4096)
def exact(points: float) -> Fraction:
    """Return a number of points as it is written: 0.1 is a tenth."""
    return Fraction(repr(points))


def rounded(points: Fraction) -> float:
    """Return exact points, rounded to as many digits as all points have."""
    return total([float(points)])


def percent_of(percent: float, points: float) -> float:
    """Return a percentage of some points."""
    return rounded(exact(percent) * exact(points) / 100)


def lower(exercise: ExerciseResult, cost: float) -> float:
    """Return the change of a score that a cost makes: no score falls below zero."""
    return -min(cost, max(exercise.score, 0.0)) or 0.0
