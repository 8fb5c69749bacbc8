"""Calls of one function: arguments, result, right result, and how to call it again.

Relations between a student's values and the right ones are found in these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.checks.comparison import differs, numbers_of
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    # Returns what a function gives for other arguments; None if it gives no value.
    Ask = Callable[[tuple[object, ...], dict[str, object]], object]

# Up to which difference numbers are the same, and how many are needed to say something.
EXACT = 1e-5
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
    a, b = numbers_of(left), numbers_of(right)
    if a is not None and b is not None:
        return a.shape == b.shape and not differs(a, b, EXACT).any()
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(equal, left, right))
    return a is None and b is None and type(left) is type(right)


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
