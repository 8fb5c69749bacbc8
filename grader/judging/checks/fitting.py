"""Ways to put a model's weights into one that keeps the same numbers otherwise.

How a student names, orders and cuts what a model learns is up to the student: a weight
and a bias may be two parameters or one, and a matrix may stand on its side.
"""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

_WAYS_CAP = 120
_FLAT = 2


def ways(
    wanted: Sequence[torch.Tensor], sizes: Sequence[int]
) -> Iterator[list[torch.Tensor]]:
    """Yield values for parameters of these sizes, likelier ways first, 120 at most.

    Args:
        wanted: the weights.
        sizes: how many numbers each parameter has, as many in all as the weights.
    """
    yield from itertools.islice(_all_ways(wanted, sizes), _WAYS_CAP)


def _all_ways(
    wanted: Sequence[torch.Tensor], sizes: Sequence[int]
) -> Iterator[list[torch.Tensor]]:
    cat = sys.modules["torch"].cat
    turned = [value.T if value.dim() == _FLAT else value for value in wanted]
    on_side = [
        value for value in wanted if value.dim() == _FLAT and 1 not in value.shape
    ]
    if sorted(sizes) == sorted(value.numel() for value in wanted):
        for weights in (wanted, turned) if on_side else (wanted,):
            yield from _orders(list(weights), sizes)
        return
    for weights in (wanted, turned) if on_side else (wanted,):
        for order in itertools.permutations(weights):
            yield _cut(cat([value.flatten() for value in order]), sizes)
    for order in itertools.permutations(wanted):
        columns = [value.reshape(len(value), -1) for value in order if value.dim()]
        if len({len(column) for column in columns}) == 1 and on_side:
            side_by_side = cat(columns, dim=1)
            yield _cut(side_by_side.flatten(), sizes)


def _orders(
    weights: list[torch.Tensor], sizes: Sequence[int]
) -> Iterator[list[torch.Tensor]]:
    """Yield the orders in which weights have these sizes."""
    if not sizes:
        yield []
    for place, value in enumerate(weights):
        if sizes and value.numel() == sizes[0]:
            rest = weights[:place] + weights[place + 1 :]
            yield from ([value, *more] for more in _orders(rest, sizes[1:]))


def _cut(numbers: torch.Tensor, sizes: Sequence[int]) -> list[torch.Tensor]:
    ends = itertools.accumulate(sizes)
    return [numbers[end - size : end] for size, end in zip(sizes, ends, strict=True)]
