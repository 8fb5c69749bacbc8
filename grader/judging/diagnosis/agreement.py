"""Whether two programs gave the same answer, and which numbers differ.

The diagnosis compares a student's answers with those of the solution and of its
mistakes. All of them crossed the wall in the same form. These functions are pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.answers import Done, Raised, Value, Weights, value_of
from grader.judging.diagnosis.sameness import (
    apart,
    form_of,
    numbers_of_both,
    otherness,
    pairs,
    same,
)
from grader.judging.requests import Call
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from grader.judging.answers import Answer
    from grader.judging.checks.evidence import Exchange

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DIGITS = 5


def agree(
    student: Exchange, other: Exchange, rtol: float, *, form: bool = False
) -> bool:
    """Return whether the other program answered as the student's did.

    Args:
        student: the student's answer.
        other: the other program's answer to the same request.
        rtol: how far numbers may be apart.
        form: whether type, shape and graph must be the same, too, and whether anything
            was printed.
    """
    end = end_of(student.answer)
    if end != end_of(other.answer):
        return False
    if end is not None:
        return True
    mine, theirs = value_of(student.answer), value_of(other.answer)
    # None with something printed is a different mistake from None alone.
    told = form or student.heard or mine.value is None
    if told and bool(student.printed.strip()) != bool(other.printed.strip()):
        return False
    if {True, False} == {_has_graph(mine.value), _has_graph(theirs.value)}:
        return False
    # The reason why a value has no gradient is part of its form.
    asked = isinstance(student.request, Call) and student.request.gradient
    if asked and mine.gradient is None and form_of(mine.value) != form_of(theirs.value):
        return False
    return (
        same(mine.value, theirs.value, rtol, form=form)
        and same(mine.gradient, theirs.gradient, rtol, form=form)
        and same(mine.arguments, theirs.arguments, rtol, form=form)
        and same(student.told, other.told, rtol, form=form)
    )


def _has_graph(value: object) -> bool | None:
    """Return whether backward() can start at a value; None if it is not a tensor."""
    graph: bool | None = getattr(value, "requires_grad", None)
    return graph


def end_of(answer: Answer | None) -> tuple[str, ...] | None:
    """Return how an answer without a value ended; None for one with a value."""
    match answer:
        case Raised(kind, message):
            return "Raised", kind, masked(message)
        case None | Value() | Weights() | Done():
            return None
    return type(answer).__name__, ""


def masked(text: str) -> str:
    """Return a text without its numbers."""
    return _NUMBER.sub("…", text)


def observed(
    student: Exchange, right: Exchange, rtol: float, *, form: bool
) -> frozenset[object]:
    """Return what shows that an answer is wrong: its numbers, or how it ended.

    Args:
        student: the student's answer.
        right: the solution's answer to the same request.
        rtol: how far numbers may be apart.
        form: whether a difference in form counts.
    """
    end = end_of(student.answer)
    if end is not None:
        return frozenset() if end == end_of(right.answer) else frozenset([end])
    found: set[object] = set()
    mine, due = value_of(student.answer), value_of(right.answer)
    _collect(mine.value, due.value, rtol, found)
    _collect(mine.gradient, due.gradient, rtol, found)
    _collect(mine.arguments, due.arguments, rtol, found)
    _collect(student.told, right.told, rtol, found)
    if form and not found and not agree(student, right, rtol, form=True):
        found.add("form")
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth value where the other one is right: evidence, if little."""

    value: bool


def _collect(left: object, right: object, rtol: float, found: set[object]) -> None:
    if isinstance(left, bool) and isinstance(right, bool):
        found |= set() if left is right else {Truth(left)}
        return
    if isinstance(left, Handle) and isinstance(right, Handle):
        return
    a, b = numbers_of_both(left, right)
    if a is not None and b is not None:
        wrong = a if a.shape != b.shape else a[apart(a, b, rtol)]
        found.update(map(_shown, np.ravel(wrong)))
        if a.shape != b.shape:
            found.add(("shape", a.shape))
        return
    found |= otherness(left, right)
    for x, y in pairs(left, right):
        _collect(x, y, rtol, found)


def _shown(number: complex) -> object:
    """Return a number with five digits; all that is not finite is the same."""
    if np.iscomplexobj(number):
        return _shown(number.real), _shown(number.imag)
    return float(f"{number:.{_DIGITS}g}") if np.isfinite(number) else "not finite"
