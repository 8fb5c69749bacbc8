"""What keeps a list from being numbers: its first odd entry."""

from __future__ import annotations

from typing import NamedTuple

from grader.judging.checks.numbers import shape_of, squeezed, type_name
from grader.sandbox.wire import Handle


class Odd(NamedTuple):
    """The first entry of a list that keeps it from being numbers.

    Attributes:
        position: which one it is, from 0.
        kind: the name of its type; empty where it only has another length.
        every: whether all entries are so.
    """

    position: int
    kind: str
    every: bool = False


def odd_in(value: object) -> Odd | None:
    """Return the first entry that keeps a list from being numbers, if that is why."""
    if not isinstance(value, list | tuple) or isinstance(value, Handle):
        return None
    shapes = [shape_of(item) for item in value]
    odd = [index for index, shape in enumerate(shapes) if shape is None]
    if odd:
        return Odd(odd[0], type_name(value[odd[0]]), len(odd) == len(shapes))
    sides = [squeezed(shape or ()) for shape in shapes]
    longer = (index for index, side in enumerate(sides) if side != sides[0])
    return next((Odd(index, "") for index in longer), None)
