"""Calls of one function: arguments, result, right result, and how to call it again.

Relations between a student's values and the right ones are found in these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.checks.numbers import numbers_of
from grader.judging.diagnosis.sameness import EXACT, same
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    # Returns what a function gives for other arguments; None if it gives no value.
    AskAgain = Callable[[tuple[object, ...], dict[str, object]], object]

# How many numbers are needed to say something.
INDEPENDENT = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One call: its arguments, its result and what it left behind, the right result."""

    args: tuple[object, ...]
    kwargs: Mapping[str, object]
    got: object
    right: object
    args_after: tuple[object, ...] = ()
    right_args_after: tuple[object, ...] = ()
    gradient: object = None
    right_gradient: object = None

    @property
    def plain(self) -> bool:
        """Whether it can be repeated: nothing in it is an object in a worker."""
        return not any(isinstance(arg, Handle) for arg in self.args)


def equal(left: object, right: object) -> bool:
    """Return whether two values have the same numbers to five digits."""
    return same(left, right, EXACT)


def flat(value: object) -> list[float]:
    """Return all numbers in a value, nested ones too."""
    numbers = numbers_of(value)
    if numbers is not None:
        return [float(n) for n in np.ravel(numbers)]
    if isinstance(value, list | tuple):
        return [n for item in value for n in flat(item)]
    return []


def quoted(index: int, parameters: Sequence[str]) -> str:
    """Return a parameter's name as students see it, or its number."""
    return f"`{parameters[index]}`" if index < len(parameters) else f"no. {index + 1}"
