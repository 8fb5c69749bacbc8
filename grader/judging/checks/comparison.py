"""`close_to`: whether a student's value is the expected one, whatever its type.

Where numbers are expected, both sides become detached float64 arrays without axes of
size 1. Then the shapes must be the same, and each number must be within the tolerance.
Of eleven right ways to return a weight this accepts eleven; `torch.allclose` accepts
four. Dicts and lists of different things are compared part by part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from grader.errors import AuthorError
from grader.judging.checks.alignment import ALIGNED
from grader.judging.checks.evidence import (
    CURRENT,
    Comparison,
    Difference,
    Held,
)
from grader.judging.checks.numbers import (
    ZERO_ATOL,
    complex_of,
    distances,
    dtype_of,
    is_whole,
    kind_of,
    numbers_of,
    shape_of,
    squeezed,
    type_name,
)
from grader.judging.checks.odd import odd_in
from grader.judging.checks.unpacking import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RTOL: Final = 1e-4
# What was got is kept of up to this many numbers, to be shown and drawn.
KEPT: Final = 4096
_EXACT: Final = (str, bytes, type(None), set, frozenset, range)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Numbers that are expected, of this shape; `whole` ones exactly."""

    array: np.ndarray
    whole: bool
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Demands:
    """What a check asks of a value, and how far its numbers may be off."""

    rtol: float = RTOL
    atol: float = ZERO_ATOL
    shape: tuple[int, ...] | None = None
    kind: str | None = None
    dtype: str | None = None
    equal_nan: bool = False


class close_to:  # noqa: N801 - it reads as a word: value == close_to(expected)
    """Equals a value whose numbers are all within a relative tolerance.

    Whole numbers, truth values, text and None must be equal where they are expected.
    Dicts must have the same keys, lists and tuples the same length; their parts are
    compared one by one. Complex numbers are compared by the size of their difference.

    Args:
        expected: a number, a list, an array or a tensor; text, None, or a dict, list or
            tuple of all these.
        rtol: the tolerance relative to each expected number, 1e-4 without it. With it,
            whole numbers may be off, too.
        atol: the tolerance besides that, in the numbers' own unit.
        shape: where given, the exact shape the value must have, size-1 axes included.
        kind: where given, "tensor" or "array": the type that the value must have.
        dtype: where given, the dtype that the value must have, as `torch.int64`.
        equal_nan: whether NaN is equal to NaN; otherwise it is equal to nothing.

    Raises:
        AuthorError: `expected` is or holds something else.
    """

    # numpy and torch then leave the comparison to this class.
    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]  # equality is not transitive here

    def __init__(
        self,
        expected: object,
        rtol: float | None = None,
        *,
        atol: float = ZERO_ATOL,
        shape: Sequence[int] | None = None,
        kind: str | None = None,
        dtype: object = None,
        equal_nan: bool = False,
    ) -> None:
        self._expected = _expected(expected, exact=rtol is None)
        self._asked = _Demands(
            rtol=RTOL if rtol is None else rtol,
            atol=atol,
            shape=None if shape is None else tuple(shape),
            kind=kind,
            dtype=None if dtype is None else _dtype_name(dtype),
            equal_nan=equal_nan,
        )

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

    def _listed(self, value: object) -> object:
        """Return the numbers of a queue or a generator as the list that is expected."""
        wanted = self._expected
        if not (
            isinstance(value, Held) and isinstance(wanted, _Numbers) and wanted.shape
        ):
            return value
        items = listed(value)
        return value if numbers_of(items) is None else items

    def _aligned(self, value: object) -> object:
        """Return a value as it is compared."""
        return value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._expected!r}, rtol={self._asked.rtol})"

    def _compare(self, value: object) -> Comparison:
        """Return the first part that differs, else the one that is farthest off."""
        value = self._aligned(self._listed(value))
        farthest: Comparison | None = None
        for found in _compared(value, self._expected, self._asked, ""):
            if found.difference is not None:
                return found
            if farthest is None or found.distance > farthest.distance:
                farthest = found
        return farthest or Comparison(np.zeros(0), None, type_name(value), distance=0.0)


class same_up_to(close_to):  # noqa: N801 - it reads as words
    """Equals a value like `close_to`, but for what is free.

    Args:
        free: what may be different:
            "order": of the numbers, or of the rows of a matrix;
            "sign": of all numbers, of each column of a matrix by itself, as of
            eigenvectors;
            "constant": a number that is added to all;
            "factor": a positive number by which all are multiplied;
            "labels": which number stands for which group, as of clusters.
        expected: numbers.
        rtol: as of `close_to`.
        atol: as of `close_to`.
        shape: as of `close_to`.

    Raises:
        AuthorError: `expected` is not made of numbers, or `free` is something else.
    """

    def __init__(
        self,
        free: str,
        expected: object,
        rtol: float | None = None,
        *,
        atol: float = ZERO_ATOL,
        shape: Sequence[int] | None = None,
    ) -> None:
        super().__init__(expected, rtol, atol=atol, shape=shape)
        if free not in ALIGNED:
            raise AuthorError(
                f"same_up_to: expected one of {', '.join(ALIGNED)}, got {free!r}."
            )
        if not isinstance(self._expected, _Numbers):
            raise AuthorError("same_up_to: expected numbers, got something else.")
        self._free = free
        self._numbers = self._expected.array

    def _aligned(self, value: object) -> object:
        """Return the numbers as near to the expected ones as what is free allows."""
        raw, got = shape_of(value), numbers_of(value)
        if got is None or raw is None or got.shape != self._numbers.shape:
            return value
        if self._asked.shape not in (None, raw) or not np.isfinite(got).all():
            return value
        return ALIGNED[self._free](got, self._numbers).reshape(raw)


def _dtype_name(dtype: object) -> str:
    """Return the name of a dtype of torch or numpy: `float32` for `torch.float32`."""
    if isinstance(dtype, str | type):
        return np.dtype(dtype).name
    return str(dtype).removeprefix("torch.")


def _expected(value: object, *, exact: bool) -> object:
    """Return what is expected as a tree: numbers, exact values, dicts and lists."""
    numbers = numbers_of(value)
    if numbers is None:
        numbers = complex_of(value)
    if numbers is not None:
        return _Numbers(numbers, exact and is_whole(value), shape_of(value) or ())
    match value:
        case dict():
            return {key: _expected(item, exact=exact) for key, item in value.items()}
        case list() | tuple():
            return [_expected(item, exact=exact) for item in value]
    if isinstance(value, _EXACT):
        return value
    raise AuthorError(
        f"close_to: expected numbers, got {type_name(value)}. Compare other values "
        f"with == or isinstance."
    )


def _compared(
    value: object, expected: object, asked: _Demands, place: str
) -> Iterator[Comparison]:
    """Yield a comparison for each part of a value, up to one that cannot be entered."""
    match expected:
        case _Numbers():
            yield replace(_by_number(value, expected, asked), place=place)
        case dict():
            if not isinstance(value, dict) or value.keys() != expected.keys():
                yield _other(value, expected, Difference.KEYS, place)
                return
            for key, item in expected.items():
                yield from _compared(value[key], item, asked, f"{place}[{key!r}]")
        case list():
            if not isinstance(value, list | tuple) or len(value) != len(expected):
                yield _other(value, expected, Difference.LENGTH, place)
                return
            for index, item in enumerate(expected):
                yield from _compared(value[index], item, asked, f"{place}[{index}]")
        case _:
            sets = isinstance(expected, set | frozenset) and isinstance(value, Held)
            same = (sets or type(value) is type(expected)) and value == expected
            kind = None if same else Difference.OTHER
            yield _other(value, expected, kind, place)


def _other(
    value: object, expected: object, difference: Difference | None, place: str
) -> Comparison:
    """Return the comparison of what is not made of numbers."""
    if value is None and difference is not None:
        difference = Difference.NOTHING
    return Comparison(
        expected=_boxed(_told(expected)),
        got=_boxed(_told(value)),
        type_name=type_name(value),
        difference=difference,
        differing=1,
        distance=0.0 if difference is None else math.inf,
        place=place,
    )


def _told(value: object) -> object:
    """Return what words say of a value: its keys, its length, itself, or its type."""
    if isinstance(value, dict):
        return [*value]
    if isinstance(value, list | tuple):
        return len(value)
    return value if isinstance(value, _EXACT) else type(value)


def _boxed(value: object) -> np.ndarray:
    """Return a value as an array of no dimensions."""
    box = np.empty((), dtype=object)
    box[()] = value
    return box


def _by_number(value: object, expected: _Numbers, asked: _Demands) -> Comparison:
    raw = shape_of(value)
    found = Comparison(
        expected=expected.array,
        got=None,
        type_name=type_name(value),
        difference=_misfit(value, raw, expected, asked),
        rtol=asked.rtol,
        shape=raw,
        wanted=expected.shape if asked.shape is None else asked.shape,
        odd=odd_in(value) if raw is None else None,
    )
    small = raw is not None and math.prod(raw) <= KEPT
    if found.difference is not None and not small:
        return found
    got = (complex_of if expected.array.dtype.kind == "c" else numbers_of)(value)
    if got is None:
        return replace(found, difference=found.difference or Difference.NOT_NUMBERS)
    found = replace(found, got=got if small else None)
    if found.difference is not None:
        return found
    return _measured(found, got, asked, whole=expected.whole)


def _misfit(
    value: object, raw: tuple[int, ...] | None, expected: _Numbers, asked: _Demands
) -> Difference | None:
    """Return why a value cannot be compared number by number; None if it can.

    Nothing is converted before that: one byte would become eight.
    """
    if raw is None:
        return Difference.NOTHING if value is None else Difference.NOT_NUMBERS
    if asked.kind is not None and asked.kind != kind_of(value):
        return Difference.KIND
    if asked.dtype is not None and asked.dtype != dtype_of(value):
        return Difference.DTYPE
    exact = asked.shape is None or asked.shape == raw
    fits = exact and squeezed(raw) == expected.array.shape
    return None if fits else Difference.SHAPE


def _measured(
    found: Comparison, got: np.ndarray, asked: _Demands, *, whole: bool
) -> Comparison:
    """Return how numbers of the expected shape differ from the expected ones."""
    expected = found.expected
    far = distances(got, expected, asked.atol)
    if asked.equal_nan:
        far = np.where(np.isnan(got) & np.isnan(expected), 0.0, far)
    wrong = far > asked.rtol
    if whole:
        wrong |= np.rint(got) != expected
    found = replace(found, distance=float(far.max(initial=0.0)))
    if not wrong.any():
        return found
    finite = np.isfinite(got[wrong]) | ~np.isfinite(expected[wrong])
    kind = Difference.VALUE if finite.all() else Difference.NOT_FINITE
    return replace(found, difference=kind, differing=int(wrong.sum()))
