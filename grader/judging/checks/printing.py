"""`printing`: whether numbers stand in what was printed, in whatever format."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from grader.errors import AuthorError
from grader.judging.checks.comparison import RTOL
from grader.judging.checks.numbers import numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# A hyphen right behind a word or a number is none's sign: "sample 1-0.22".
_NUMBER = re.compile(
    r"(?:(?<![\w.)\]])[-+])?(?:\d+\.?(?P<places>\d*)|\.(?P<only>\d+))"
    r"(?:[eE](?P<power>[-+]?\d{1,3}))?"
)
_TEXT_CAP = 100_000
_LARGEST_POWER = 300
# What a number such as 1.0e5 may be rounded by, as a share of it.
_OF_ITSELF = 0.0500001


class printing:  # noqa: N801 - it reads as a word: text == printing(numbers)
    """Equals a text in which each of some numbers stands, in any order.

    A number may be rounded, to one decimal or more, or written with a power of ten.
    What else the text holds does not matter; but one number of the text stands for one
    of those that are expected.

    Args:
        expected: numbers, as `close_to` takes them.
        rtol: the tolerance relative to each of them, beside that of the rounding.

    Raises:
        AuthorError: `expected` is not made of numbers.
    """

    __hash__ = None  # type: ignore[assignment]  # equality is not transitive here

    def __init__(self, expected: object, rtol: float = RTOL) -> None:
        numbers = numbers_of(expected)
        if numbers is None:
            raise AuthorError(
                f"printing: expected numbers, got {type(expected).__name__}."
            )
        self._expected = [float(number) for number in numbers.ravel()]
        self._rtol = rtol

    def __eq__(self, text: object) -> bool:
        if not isinstance(text, str):
            return False
        found = sorted(_numbers_in(text[:_TEXT_CAP]))
        for expected in self._expected:
            fits = [
                (abs(number - expected), number, allowed)
                for number, allowed in found
                if abs(number - expected) <= allowed + self._rtol * abs(expected)
            ]
            if not fits:
                return False
            _, number, allowed = min(fits)
            found.remove((number, allowed))
        return True

    def __repr__(self) -> str:
        return f"printing({self._expected!r})"


def _numbers_in(text: str) -> Iterator[tuple[float, float]]:
    """Yield the numbers in a text with decimals, each with how far it is rounded."""
    for found in _NUMBER.finditer(text):
        places = len(found["places"] or found["only"] or "")
        number, power = float(found[0]), int(found["power"] or 0)
        if not places or not math.isfinite(number):
            continue
        rounded = 0.5000001 * 10.0 ** (min(power, _LARGEST_POWER) - places)
        # With a power of ten, the first digit counts: 0.0e9 is zero, not rounded.
        yield number, min(rounded, _OF_ITSELF * abs(number)) if power else rounded
