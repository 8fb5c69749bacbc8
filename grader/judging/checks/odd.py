"""What keeps a list from being numbers: its first odd entry."""

from __future__ import annotations

from grader.judging.checks.evidence import Odd
from grader.judging.checks.numbers import shape_of, squeezed, type_name
from grader.sandbox.wire import Handle


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
