"""How much memory it takes to keep what a worker said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.judging.answers import Value, Weights

if TYPE_CHECKING:
    from grader.judging.answers import Answer

_ITEM_BYTES = 64
# A tensor of one number: the object, its storage, and what torch knows of it.
_ARRAY_BYTES = 1000


def bytes_of(answer: Answer) -> int:
    """Return how much memory it takes to keep an answer, about."""
    match answer:
        case Value(value, arguments, gradient):
            return _bytes((value, arguments, gradient))
        case Weights(values):
            return _bytes(values)
    return 0


def _bytes(value: object) -> int:
    if isinstance(value, dict):
        return sum(_bytes(key) + _bytes(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return _ITEM_BYTES + sum(map(_bytes, value))
    if isinstance(value, str | bytes):
        return _ITEM_BYTES + len(value)
    size = getattr(value, "nbytes", None)
    return _ARRAY_BYTES + size if isinstance(size, int) else _ITEM_BYTES
