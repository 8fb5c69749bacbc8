"""How much the diagnosis looks at: what is larger or slower would take too long.

An author reads these bounds in `docs/write-an-exercise.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from grader.judging.answers import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.judging.checks.evidence import Evidence

NUMBERS_CAP: Final = 100_000
"""The most numbers in one answer for which a reason is looked for."""
AGAIN_S: Final = 5.0
"""A check whose calls took longer is not run again, to see all of its inputs."""


def too_large(evidences: Sequence[Evidence]) -> bool:
    """Return whether a program's answers are too large to look closer."""
    told = [
        value_of(exchange.answer)
        for evidence in evidences
        for exchange in evidence.exchanges
    ]
    return any(
        _size(part) > NUMBERS_CAP
        for each in told
        for part in (each.value, each.arguments, each.gradient)
    )


def _size(value: object) -> int:
    """Return about how many numbers a value holds."""
    if isinstance(value, list | tuple):
        return len(value) if len(value) > NUMBERS_CAP else sum(map(_size, value))
    if isinstance(value, np.ndarray):
        return value.size
    numel = getattr(value, "numel", None)
    return numel() if callable(numel) else 1
