"""Brings numbers as near to the expected ones as what is free between them allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

# Pairing rows takes as many distances as there are pairs of them.
_ROWS_CAP: Final = 3_000


def _in_order(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the rows, each in the place of the expected row that is nearest to it.

    Numbers alone are sorted: that is the nearest order there is.
    """
    if got.ndim == 0:
        return got
    if got.ndim == 1:
        placed = np.empty_like(got)
        placed[np.argsort(expected)] = np.sort(got)
        return placed
    rows, wanted = (array.reshape(len(array), -1) for array in (got, expected))
    if len(rows) > _ROWS_CAP:
        return got
    left = np.ones(len(rows), dtype=bool)
    order = []
    for row in wanted:
        far = np.where(left, np.abs(rows - row).max(axis=1, initial=0.0), np.inf)
        order.append(int(far.argmin()))
        left[order[-1]] = False
    nearest: np.ndarray = got[order]
    return nearest


def _in_sign(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the numbers, those of each column with the sign that fits best."""
    along = None if got.ndim <= 1 else tuple(range(got.ndim - 1))
    product = np.sum(got * expected, axis=along)
    turned: np.ndarray = got * np.where(product < 0, -1.0, 1.0)
    return turned


def _shifted(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the numbers with the mean of the expected ones."""
    moved: np.ndarray = got - got.mean() + expected.mean() if got.size else got
    return moved


def _scaled(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the numbers with the size of the expected ones."""
    size = np.abs(got).sum()
    return got * (np.abs(expected).sum() / size) if size > 0 else got


def _relabelled(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the labels with the names that most of a group's members should have.

    A group that has no name left keeps a name that is not expected.
    """
    found = np.full(got.shape, np.nan)
    taken: set[float] = set()
    groups, sizes = np.unique(got, return_counts=True)
    for group in groups[np.argsort(-sizes)]:
        names, counts = np.unique(expected[got == group], return_counts=True)
        name = float(names[counts.argmax()])
        if name not in taken:
            found[got == group] = name
            taken.add(name)
    return np.where(np.isnan(found), np.max(expected, initial=0.0) + 1.0, found)


ALIGNED: Final[dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]]] = {
    "order": _in_order,
    "sign": _in_sign,
    "constant": _shifted,
    "factor": _scaled,
    "labels": _relabelled,
}
