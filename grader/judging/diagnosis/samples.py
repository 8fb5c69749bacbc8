"""Calls of one function: what was given, what came back, what was due, and how to ask.

Pure: what the relations between a student's values and the right ones are found in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.checks.comparison import differs, numbers_of
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    # Returns what a function gives for other arguments; `None` where it gives no value.
    Ask = Callable[[tuple[object, ...], dict[str, object]], object]

# Numbers are the same up to here, and so many of them are needed to say anything.
EXACT = 1e-5
INDEPENDENT = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One call: its arguments, what it gave and left behind, and what was due."""

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
        """Whether it can be asked again: nothing in it stays in a worker."""
        return not any(isinstance(arg, Handle) for arg in self.args)


def equal(left: object, right: object) -> bool:
    """Return whether two values have the same numbers, to five digits."""
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
    """Return a parameter's name as it is shown, or its number."""
    return f"`{parameters[index]}`" if index < len(parameters) else f"no. {index + 1}"
