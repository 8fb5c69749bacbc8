"""`close_to`: whether a student's value is the expected one, whatever its type.

Both sides become detached float64 arrays without axes of size 1. Then the shapes must
be the same, and each number must be within the tolerance. Of eleven right ways to
return a weight this accepts eleven; `torch.allclose` accepts four.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from grader.errors import AuthorError
from grader.judging.checks.evidence import (
    CURRENT,
    CheckEnded,
    Comparison,
    Difference,
    Evidence,
)
from grader.model import Outcome
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Sequence

RTOL = 1e-4
# A number far smaller than its neighbours is compared relative to them: relative to
# itself, its error is rounding noise.
SMALL = 1e-2
ZERO_ATOL = 1e-9
# Of so many numbers what was got is kept, to be shown and drawn.
KEPT = 4096


class close_to:  # noqa: N801 - it reads as a word: value == close_to(expected)
    """Equals a value whose numbers are all within a relative tolerance.

    Args:
        expected: a number, a list, an array or a tensor.
        rtol: the tolerance relative to each expected number.
        shape: where given, the exact shape the value must have, size-1 axes included.
        kind: where given, "tensor" or "array": the type that the value must have.

    Raises:
        AuthorError: `expected` is not made of numbers.
    """

    # numpy and torch then leave the comparison to this class.
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]  # equality is not transitive here

    def __init__(
        self,
        expected: object,
        rtol: float = RTOL,
        *,
        shape: Sequence[int] | None = None,
        kind: str | None = None,
    ) -> None:
        numbers = numbers_of(expected)
        if numbers is None:
            raise AuthorError(
                f"close_to: expected numbers, got {type(expected).__name__}. Compare "
                f"other values with == or isinstance."
            )
        self._expected = numbers
        self._rtol = rtol
        self._shape = None if shape is None else tuple(shape)
        self._kind = kind

    @classmethod
    def __torch_function__(
        cls,
        func: object,
        _types: object,
        args: tuple[object, ...] = (),
        _kwargs: object = None,
    ) -> object:
        # `tensor == close_to(...)` arrives here before the tensor tries itself.
        left, right = args
        name = getattr(func, "__name__", None)
        if not isinstance(right, cls) or name not in ("eq", "ne"):
            return NotImplemented
        return (right == left) is (name == "eq")

    def __eq__(self, value: object) -> bool:
        comparison = self._compare(value)
        evidence = CURRENT.get()
        equal = comparison.difference is None
        if evidence is None:
            return equal
        if not equal and not evidence.lenient:
            comparison = replace(comparison, origin=evidence.origin(value))
        evidence.comparisons.append(comparison)
        return equal or evidence.lenient

    def matches(self, value: object) -> bool:
        """Return whether a value is equal, and keep no evidence of the comparison."""
        return self._compare(value).difference is None

    def __repr__(self) -> str:
        return f"close_to({self._expected!r}, rtol={self._rtol})"

    def _compare(self, value: object) -> Comparison:
        raw = shape_of(value)
        found = Comparison(
            expected=self._expected,
            got=None,
            type_name=type_name(value),
            difference=self._misfit(value, raw),
            rtol=self._rtol,
            shape=None if raw is None else _squeezed(raw),
        )
        small = raw is not None and math.prod(raw) <= KEPT
        if found.difference is not None and not small:
            return found
        got = numbers_of(value)
        if got is None:
            return replace(found, difference=found.difference or Difference.NOT_NUMBERS)
        found = replace(found, got=got if small else None)
        return found if found.difference is not None else self._measured(found, got)

    def _misfit(self, value: object, raw: tuple[int, ...] | None) -> Difference | None:
        """Return why a value cannot be compared number by number; None if it can.

        Nothing is converted before that: one byte would become eight.
        """
        if raw is None:
            return Difference.NOTHING if value is None else Difference.NOT_NUMBERS
        if self._kind is not None and self._kind != _kind(value):
            return Difference.KIND
        exact = self._shape is None or self._shape == raw
        fits = exact and _squeezed(raw) == self._expected.shape
        return None if fits else Difference.SHAPE

    def _measured(self, found: Comparison, got: np.ndarray) -> Comparison:
        """Return how numbers of the expected shape differ from the expected ones."""
        far = distances(got, self._expected)
        wrong = far > self._rtol
        found = replace(found, distance=float(far.max(initial=0.0)))
        if not wrong.any():
            return found
        finite = np.isfinite(got[wrong]) | ~np.isfinite(self._expected[wrong])
        kind = Difference.VALUE if finite.all() else Difference.NOT_FINITE
        return replace(found, difference=kind, differing=int(wrong.sum()))


def differs(got: np.ndarray, expected: np.ndarray, rtol: float) -> np.ndarray:
    """Return where two float64 arrays of one shape differ by more than the tolerance.

    NaN differs from everything; an infinity is equal to itself alone.
    """
    far: np.ndarray = distances(got, expected) > rtol
    return far


def distances(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return how far each number is from the expected one, as tolerances measure it.

    It is infinite for NaN, and for a number that should be 0 and is not.
    """
    size = np.abs(np.where(np.isfinite(expected), expected, 0.0))
    scale = np.maximum(size, SMALL * size.max(initial=0.0))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        off = np.abs(got - expected)
        far = off / scale
    same = (off <= ZERO_ATOL) | ((got == expected) & np.isinf(expected))
    return np.where(same, 0.0, np.where(np.isnan(far), np.inf, far))


def parts(value: object, count: int) -> tuple[object, ...]:
    """Return the parts of a returned tuple or list; otherwise the check fails.

    Args:
        value: what the student's function returned.
        count: how many parts there must be.

    Raises:
        CheckEnded: the value does not have exactly these parts.
    """
    if isinstance(value, tuple | list) and len(value) == count:
        return tuple(value)
    evidence = CURRENT.get() or Evidence()
    called = f"`{evidence.calls[-1].name}`" if evidence.calls else "The function"
    raise CheckEnded(
        Outcome.FAILED,
        f"{called} returned {_described(value)}, expected {count} values, as in "
        f"`return a, b`.",
    )


def numbers_of(value: object) -> np.ndarray | None:
    """Return a value's numbers as a squeezed float64 array, or `None` for others."""
    array = _array(value)
    return None if array is None else np.squeeze(array)


def type_name(value: object) -> str:
    """Return the name of a value's type, as a student knows it."""
    if isinstance(value, Handle):
        # Of an object inside of a value there is only the worker's word.
        return "object"
    return getattr(value, "remote_type", type(value).__name__)


def shape_of(value: object) -> tuple[int, ...] | None:
    """Return the shape of a value's numbers, `None` for what is not made of numbers.

    Axes of size 1 are included, and lists count as axes. Nothing is converted.
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return None if value.is_complex() else tuple(value.shape)
    if isinstance(value, np.ndarray | np.generic):
        return value.shape if value.dtype.kind in "biuf" else None
    if isinstance(value, bool | int | float):
        return None if _scalar(value) is None else ()
    if isinstance(value, list | tuple):
        return _stacked_shape(value)
    return None


def _stacked_shape(
    items: list[object] | tuple[object, ...],
) -> tuple[int, ...] | None:
    shapes = {shape_of(item) for item in items}
    if len(shapes) > 1 and None not in shapes:
        # As in `_stacked`.
        shapes = {_squeezed(shape or ()) for shape in shapes}
    if None in shapes or len(shapes) > 1:
        return None
    return (len(items), *(shapes.pop() or ())) if shapes else (0,)


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(side for side in shape if side != 1)


def _array(value: object) -> np.ndarray | None:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        if value.is_complex():
            return None
        return np.asarray(value.detach().to(torch.float64))
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value, np.float64) if value.dtype.kind in "biuf" else None
    if isinstance(value, bool | int | float):
        return _scalar(value)
    if isinstance(value, list | tuple):
        return _stacked(value)
    return None


def _scalar(value: float) -> np.ndarray | None:
    try:
        return np.asarray(float(value))
    except OverflowError:  # a whole number that no float can hold
        return None


def _stacked(items: list[object] | tuple[object, ...]) -> np.ndarray | None:
    arrays = [_array(item) for item in items]
    found = [array for array in arrays if array is not None]
    if len(found) != len(arrays):
        return None
    # [[1.], 2.] is as good as [1., 2.]: each item without its size-1 axes.
    if len({array.shape for array in found}) > 1:
        found = [np.squeeze(array) for array in found]
    if len({array.shape for array in found}) > 1:
        return None
    return np.stack(found) if found else np.zeros(0)


def _kind(value: object) -> str:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return "tensor"
    return "array" if isinstance(value, np.ndarray) else type_name(value)


def _described(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, tuple | list):
        return f"{len(value)} values" if len(value) != 1 else "1 value"
    return f"one {type_name(value)}"
