"""When two values are the same: every tolerance of the diagnosis, with its reason.

A check decides with its own tolerance whether an answer is right. The diagnosis asks
other questions: whether two programs did the same, and whether numbers follow a rule.
"""

from __future__ import annotations

import numpy as np

from grader.judging.checks.comparison import RTOL
from grader.judging.checks.numbers import (
    complex_of,
    differs,
    has_complex,
    numbers_of,
    shape_of,
)
from grader.judging.named import Named
from grader.sandbox.wire import Handle

# All of them are relative to the number that was expected.
# One program, run twice: what differs by more is chance.
DETERMINED = 1e-9
# A number that was rounded on purpose: a digit more than `EXACT`, and no noise.
ROUNDED = 1e-6
# The same computation, written in two ways: float32 has seven digits, and a few
# operations leave five. A check allows ten times as much, so agreement means something.
EXACT = 1e-5
# What a check calls wrong if its author says nothing else.
WRONG = RTOL
# Two right answers: each may be as far from the true one as a check allows.
RIGHT = 2 * RTOL
# From here on two trainings are surely not the same; between `EXACT` and this, nobody
# knows.
APART = 1e-3
# Where even right answers differ by chance, only the shape is compared.
ANY = 1e300
_EXACT = (str, bytes, type(None), bool, int, range)


def same(left: object, right: object, rtol: float, *, form: bool = False) -> bool:
    """Return whether two values have the same numbers.

    Dicts, lists and tuples are compared part by part.

    Args:
        left: one value.
        right: the other.
        rtol: how far numbers may be apart.
        form: whether type, shape and graph must be the same, too.
    """
    if isinstance(left, Handle) and isinstance(right, Handle):
        return left.type_name == right.type_name
    a, b = numbers_of_both(left, right)
    if a is not None and b is not None:
        if a.shape != b.shape or (form and form_of(left) != form_of(right)):
            return False
        # Most programs that are the same here are so to the last digit.
        return bool((a == b).all()) or bool((~apart(a, b, rtol)).all())
    if otherness(left, right):
        # Where even right answers differ by chance, text may be any text.
        text = isinstance(left, str | bytes) and type(left) is type(right)
        return rtol == ANY and text
    if a is not None or b is not None:
        return False
    return all(same(x, y, rtol, form=form) for x, y in pairs(left, right))


def numbers_of_both(
    left: object, right: object
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Return the numbers of both values, complex where those of one are."""
    a, b = numbers_of(left), numbers_of(right)
    if (a is None or b is None) and (has_complex(left) or has_complex(right)):
        a, b = complex_of(left), complex_of(right)
    return a, b


def pairs(left: object, right: object) -> list[tuple[object, object]]:
    """Return the parts of two values that belong together; none if these are others."""
    if isinstance(left, dict) and isinstance(right, dict):
        alike = left.keys() == right.keys()
        return [(left[key], right[key]) for key in right] if alike else []
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return list(zip(left, right, strict=True)) if len(left) == len(right) else []
    return []


def otherness(left: object, right: object) -> set[object]:
    """Return what shows that one value, not of numbers, is not the other.

    The parts of two values that have the same ones are not looked at.
    """
    lists = isinstance(left, list | tuple) and isinstance(right, list | tuple)
    if type(left) is not type(right) and not lists:
        return {type(left).__name__}
    if isinstance(left, dict) and isinstance(right, dict):
        return set() if left.keys() == right.keys() else {("keys", len(left))}
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return set() if len(left) == len(right) else {("length", len(left))}
    other = isinstance(left, _EXACT) and left != right
    return {("text", left)} if other else set()


def form_of(value: object) -> tuple[object, ...]:
    """Return the form of a value: everything about it but its numbers."""
    graph = bool(getattr(value, "requires_grad", False))
    # A namedtuple is a tuple: which one it is, is no matter of a value's form.
    kind = tuple if isinstance(value, Named) else type(value)
    return kind.__name__, shape_of(value), graph


def apart(a: np.ndarray, b: np.ndarray, rtol: float) -> np.ndarray:
    """Return where two arrays of one shape differ; NaN equals NaN here."""
    found: np.ndarray = differs(a, b, rtol) & ~(np.isnan(a) & np.isnan(b))
    return found
