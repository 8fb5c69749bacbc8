"""What a student's function returned, taken apart."""

from __future__ import annotations

from grader.judging.checks.evidence import CURRENT, CheckEnded, Evidence, Held
from grader.judging.checks.numbers import type_name
from grader.model import Outcome


def listed(value: object) -> object:
    """Return a value that stayed in the worker as the list of its items, if it has any.

    So numbers may come in a queue, and a pair as an object that can be unpacked.
    """
    if not isinstance(value, Held) or value.grader_handle is None:
        return value
    items = value.grader_items()
    return value if items is None else items


def parts(value: object, count: int) -> tuple[object, ...]:
    """Return the parts of what a function returned; otherwise the check fails.

    They are a tuple's or a list's, or of whatever else can be unpacked.

    Args:
        value: what the student's function returned.
        count: how many parts there must be.

    Raises:
        CheckEnded: the value does not have exactly these parts.
    """
    items = listed(value)
    if isinstance(items, tuple | list) and len(items) == count:
        return tuple(items)
    evidence = CURRENT.get() or Evidence()
    called = f"`{evidence.calls[-1].name}`" if evidence.calls else "The function"
    raise CheckEnded(
        Outcome.FAILED,
        f"{called} returned {_described(value)}, expected {count} values, as in "
        f"`return a, b`.",
    )


def _described(value: object) -> str:
    if value is None:
        return "None"
    if isinstance(value, tuple | list):
        return f"{len(value)} values" if len(value) != 1 else "1 value"
    return f"one {type_name(value)}"
