"""How much the diagnosis looks at: what is larger would take too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from grader.judging.answers import value_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.judging.checks.evidence import Evidence

_NUMBERS_CAP = 5_000


def too_large(evidences: Sequence[Evidence]) -> bool:
    """Return whether a program's answers are too large to look closer."""
    told = [
        value_of(exchange.answer)
        for evidence in evidences
        for exchange in evidence.exchanges
    ]
    return any(
        _size(part) > _NUMBERS_CAP
        for each in told
        for part in (each.value, each.arguments, each.gradient)
    )


def _size(value: object) -> int:
    """Return about how many numbers a value holds."""
    if isinstance(value, list | tuple):
        return len(value) if len(value) > _NUMBERS_CAP else sum(map(_size, value))
    if isinstance(value, np.ndarray):
        return value.size
    numel = getattr(value, "numel", None)
    return numel() if callable(numel) else 1
