"""How slowly this machine computes, compared with a nominal one.

Limits of computing time are given in seconds of the nominal machine. On a machine that
is half as fast, such a second lasts two.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_ROUNDS: Final = 3
# What a core of a server of 2021 needs when nothing else runs.
_COUNTING_S: Final = 0.0020
_TRAINING_S: Final = 0.0065


def measured() -> float:
    """Return how many times longer things take here than on the nominal machine.

    It is at least 1. Where torch is loaded, torch is measured as well, and the slower
    of the two counts.
    """
    nominal_s: list[tuple[Callable[[], None], float]] = [(_count, _COUNTING_S)]
    if "torch" in sys.modules:
        nominal_s.append((_train, _TRAINING_S))
    return max(1.0, *(_taken_s(work) / usual_s for work, usual_s in nominal_s))


def at_a_glance() -> float:
    """Return how many times longer things take at this moment, in 2 ms.

    One look may be wrong, so take the mean of several.
    """
    begun = time.thread_time()
    _count()
    return (time.thread_time() - begun) / _COUNTING_S


def _taken_s(work: Callable[[], None]) -> float:
    """Return the computing time of a piece of work, once it is warm."""
    work()
    taken = []
    for _ in range(_ROUNDS):
        begun = time.thread_time()
        work()
        taken.append(time.thread_time() - begun)
    return statistics.median(taken)


def _count() -> None:
    """Do what plain loops do: arithmetic, and a dictionary."""
    total = 0.0
    seen: dict[int, float] = {}
    for number in range(20_000):
        total += number * 0.5
        seen[number & 63] = total


def _train() -> None:
    """Take fifty steps of a training of one weight."""
    import torch

    weight = torch.tensor(1.0, requires_grad=True)
    for _ in range(50):
        (slope,) = torch.autograd.grad((weight * 2.0 - 3.0) ** 2, weight)
        weight = (weight - 0.01 * slope).detach().requires_grad_()
