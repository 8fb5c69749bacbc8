"""Finds an argument of a student's function that makes no difference and should.

Other arguments are tried: slightly different, of the other sign, and much smaller. A
function that cuts off, saturates or bends its input reacts to one of them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.diagnosis.samples import INDEPENDENT, Sample, equal, flat, quoted
from grader.sandbox.wire import Handle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import torch

    from grader.judging.diagnosis.samples import AskAgain

# Factor and shift.
_CHANGES = ((1.37, 0.21), (-0.83, 0.0), (0.013, 0.0))


def ignored(
    name: str,
    samples: Sequence[Sample],
    parameters: Sequence[str],
    ask_right: AskAgain,
    ask_student: AskAgain,
) -> str | None:
    """Return an argument that makes no difference and should, or None."""
    asked = _telling(samples)
    if len(asked) < INDEPENDENT:
        return None
    for index in range(min(len(s.args) for s in asked)):
        others = [(s, args) for s in asked for args in _others(s.args, index)]
        if not others or not all(
            equal(s.got, ask_student(args, dict(s.kwargs))) for s, args in others
        ):
            continue
        due = [(s, ask_right(args, dict(s.kwargs))) for s, args in others]
        matters = [
            s for s, value in due if _finite(value) and not equal(s.right, value)
        ]
        if {id(s) for s in matters} == {id(s) for s in asked}:
            what = quoted(index, parameters)
            return f"What `{name}` gives does not depend on the {what} it is given."
    return None


def _telling(samples: Sequence[Sample]) -> list[Sample]:
    """Return a few calls that gave different, finite results."""
    found: list[Sample] = []
    for sample in reversed(samples):
        known = any(equal(sample.got, other.got) for other in found)
        if sample.args and _finite(sample.got) and not known:
            found.append(sample)
    return found[:INDEPENDENT]


def _finite(value: object) -> bool:
    numbers = flat(value)
    return bool(numbers) and bool(np.isfinite(numbers).all())


def _others(args: tuple[object, ...], index: int) -> Iterator[tuple[object, ...]]:
    """Yield arguments with one of them changed: slightly, in sign, and a lot."""
    for factor, shift in _CHANGES:
        other = _changed(args[index], factor, shift)
        if other is not None:
            yield (*args[:index], other, *args[index + 1 :])


def _changed(value: object, factor: float, shift: float) -> object:
    """Return another number, or other numbers; None for a value without numbers."""
    if isinstance(value, bool | Handle | str) or value is None:
        return None
    other: object = None
    if isinstance(value, int):
        # A number of epochs may be one of these.
        other = max(1, round(abs(value * factor)) + 2)
    elif isinstance(value, float):
        other = factor * value + shift
    elif isinstance(value, list) and all(type(v) in (int, float) for v in value):
        other = [
            factor * v + shift if type(v) is float else round(v * factor) + 2
            for v in value
        ]
    elif (tensor := _floats(value)) is not None:
        changed = tensor.detach() * factor + shift
        other = changed.requires_grad_(tensor.requires_grad)
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        other = value * factor + shift
    return other


def _floats(value: object) -> torch.Tensor | None:
    """Return the value if it is a tensor of decimal numbers, or None."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(value, torch.Tensor):
        return None
    return value if value.is_floating_point() else None
