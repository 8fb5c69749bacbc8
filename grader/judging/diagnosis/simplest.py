"""The simplest values of a form: what is left of a check's arguments when they shrink.

A value's form is its type, how many numbers it has, and what kind they are: of either
sign, positive, between 0 and 1, labels. A `Filling` gives small numbers of that kind,
and a map of sizes says how long lists and axes become. The numbers that a check used
are looked at for their kind alone, and none of them is kept. All is pure.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TypeVar, cast

import numpy as np

from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import torch

T = TypeVar("T")
# Whole numbers that many calls have in common: nobody can tell where they come from.
SMALL: Final = 3
_LARGE: Final = 50
_LEVELS_CAP: Final = 10
_NUMBERS_CAP: Final = 16
_KEYS_CAP: Final = 8
# Among this many random numbers, none is met by accident.
_LOOKED_AT: Final = 1000
# The numbers of the first filling, of the second, and so on, for each kind.
_DECIMALS: Final = (
    (1.0, 1.0, 2.0),
    (2.0, 3.0, 1.0),
    (-1.0, 2.0, -3.0),
    (3.0, -2.0, 1.0),
    (0.5, -1.5, 2.5),
    (1.25, 0.75, -2.5),
)
_POSITIVE: Final = tuple(tuple(map(abs, numbers)) for numbers in _DECIMALS)
_SHARES: Final = (
    (0.5,),
    (0.1, 0.2),
    (0.25, 0.5, 0.75),
    (0.75, 0.5, 0.25),
    (0.2, 0.9, 0.4),
    (0.99, 0.01, 0.6),
)
_WHOLE: Final = ((1, 1, 2), (2, 3, 1), (-1, 2, -3), (3, -2, 1), (2, -1), (3, 1, -2))
_COUNTS: Final = ((1,), (2, 1, 3), (2,), (3, 1, 2), (1, 3), (3, 2))
_PLACES: Final = ((0,), (1, 0), (0, 1), (1,), (0, 1, 1), (1, 0, 0))
_TRUTHS: Final = (
    *((True,), (True, False), (False, True), (False,)),
    *((True, True, False), (False, True, True)),
)
_TEXTS: Final = (("a",), ("ab",), ("a b",), ("aab ab",), ("ba", "ab"), ("Aa b1",))
FILLINGS: Final = len(_DECIMALS)
"""How many fillings there are for numbers of a usual size."""
_FAR: Final = (((900.0, -900.0, 1.0),), ((900, -900, 1),))


class NoSimpleError(Exception):
    """A value has no simple form: it is an object, or the like."""


class Filling:
    """Gives small values of each kind, from the simplest filling on.

    Args:
        number: which filling: 0 for the simplest; `FILLINGS` for one of large numbers,
            where a check uses such.
        sizes: what becomes of each length of a list or an axis.
    """

    def __init__(self, number: int, sizes: Mapping[int, int]) -> None:
        self._number = number
        self._sizes = sizes
        self._given = 0

    def of(self, value: object) -> object:
        """Return the simplest value of a value's form.

        Raises:
            NoSimpleError: it has none.
        """
        found = value
        match value:
            case None | bool() | Handle():
                pass
            case int():
                found = self._sizes.get(value) or self._one([value])
            case float() | complex():
                found = self._one([value])
            case str():
                found = self._next(_TEXTS)
            case bytes():
                found = self._next(_TEXTS).encode()
            case dict() if len(value) <= _KEYS_CAP and all(map(_is_name, value)):
                found = {key: self.of(item) for key, item in value.items()}
            case list() | tuple() if type(value) in (list, tuple):
                found = type(value)(self._items(value))
            case _:
                found = self._like(value)
        return found

    def tensor(self, value: torch.Tensor) -> torch.Tensor:
        """Return the simplest tensor of a tensor's form. Raises: as `of`."""
        return cast("torch.Tensor", self.of(value))

    def _items(self, value: Sequence[object]) -> list[object]:
        numbers = bool(value) and all(type(v) in (int, float) for v in value)
        if isinstance(value, tuple) and not numbers:
            return [self.of(item) for item in value]
        count = self._size(len(value))
        if not numbers:
            return [self.of(item) for item in value[:count]]
        kind = [v for v in value if isinstance(v, int | float)]
        return [self._one(kind) for _ in range(count)]

    def _like(self, value: object) -> object:
        """Return an array or a tensor of the same dtype as a value."""
        array = _array_of(value)
        if array is None:
            raise NoSimpleError
        shape = tuple(map(self._size, array.shape))
        count = int(np.prod(shape))
        if count > _NUMBERS_CAP:
            raise NoSimpleError
        kind = np.ravel(array).tolist() or [0]
        filled = np.array([self._one(kind) for _ in range(count)]).reshape(shape)
        if isinstance(value, np.ndarray):
            return filled.astype(value.dtype)
        import torch

        like = cast("torch.Tensor", value)
        made = torch.tensor(filled.tolist(), dtype=like.dtype).reshape(shape)
        return made.requires_grad_(like.requires_grad)

    def _size(self, size: int) -> int:
        return self._sizes.get(size, size)

    def _one(self, like: Sequence[float | complex]) -> object:
        """Return the next number of the kind that these are."""
        if any(isinstance(n, complex) for n in like):
            return complex(self._next(_DECIMALS), 1.0)
        real = [n for n in like if not isinstance(n, complex)]
        if all(isinstance(n, bool) for n in real):
            return self._next(_TRUTHS)
        whole = all(isinstance(n, int) for n in real)
        if self._number >= FILLINGS:
            return self._next(_FAR[whole])
        if whole:
            return self._next(_whole_kind(real))
        if len(real) > 1 and set(real) <= {0.0, 1.0}:
            return float(self._next(_PLACES))
        return self._next(_kind(real))

    def _next(self, table: Sequence[Sequence[T]]) -> T:
        numbers = table[self._number % len(table)]
        self._given += 1
        return numbers[(self._given - 1) % len(numbers)]


def _whole_kind(numbers: Sequence[float]) -> Sequence[Sequence[int]]:
    if min(numbers) < 0:
        return _WHOLE
    # Of several numbers one is 0: they are labels, ids or places.
    return _PLACES if min(numbers) == 0 else _COUNTS


def _kind(numbers: Sequence[float]) -> Sequence[Sequence[float]]:
    if min(numbers) < 0:
        return _DECIMALS
    return _SHARES if max(numbers) < 1 else _POSITIVE


def fillings(values: Sequence[object]) -> Iterator[Filling]:
    """Yield the fillings for some values, from the simplest on."""
    sizes: set[int] = set()
    large = False
    for value in _leaves(values):
        if isinstance(value, int):  # a length
            sizes.add(value)
        else:
            large = large or bool(np.abs(value).max(initial=0) >= _LARGE)
    for level in _levels(sorted(sizes)):
        for number in range(FILLINGS + large):
            yield Filling(number, level)


def _levels(sizes: Sequence[int]) -> list[dict[int, int]]:
    """Return what becomes of each size: first the least, and all as it is at last."""
    found = [dict.fromkeys(sizes, to) for to in (1, 2)]
    found.append({size: number for number, size in enumerate(sizes, 2)})
    found += [{size: min(to, size)} for size in sizes for to in (1, 2)]
    found.append({})
    plain = [{s: t for s, t in level.items() if s != t} for level in found]
    kept = [level for n, level in enumerate(plain) if level not in plain[:n]]
    return kept[:_LEVELS_CAP]


def _leaves(value: object) -> Iterator[int | np.ndarray]:
    """Yield the lengths in a value, above 1, and its numbers as arrays."""
    if isinstance(value, Handle | str | bytes):
        return
    if isinstance(value, dict):
        value = list(value.values())
    elif isinstance(value, list):
        yield from _lengths((len(value),))
    if isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
        return
    array = _array_of(value)
    if array is not None and array.dtype.kind in "biuf":
        yield from _lengths(array.shape)
        yield array


def _lengths(shape: tuple[int, ...]) -> Iterator[int]:
    yield from (size for size in shape if size > 1)


def _array_of(value: object) -> np.ndarray | None:
    """Return the numbers of a tensor, an array or a number; None for others."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        plain = value.detach()
        numbers = plain.float() if plain.dtype == torch.bfloat16 else plain
        found: np.ndarray = numbers.numpy()
        return found
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value) if value.dtype.kind in "biufc" else None
    return np.asarray(value) if isinstance(value, bool | float) else None


def _is_name(key: object) -> bool:
    return isinstance(key, str)


def numbers_in(value: object, keep: Callable[[float], bool]) -> set[float]:
    """Return the numbers in a value for which `keep` holds."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple) and not isinstance(value, Handle):
        return {n for item in value for n in numbers_in(item, keep)}
    if isinstance(value, int) and not isinstance(value, bool):
        return {float(value)} if abs(value) < 1 << 53 and keep(value) else set()
    array = _array_of(value)
    if array is None or array.dtype.kind not in "iuf" or array.size > _LOOKED_AT:
        return set()
    return {float(n) for n in np.ravel(array) if keep(float(n))}
