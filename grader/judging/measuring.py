"""Measures and traces of a check's run, for authors and instructors."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.checks.evidence import Called, Comparison, Difference, Evidence
from grader.judging.checks.numbers import numbers_of, type_name
from grader.sandbox.wire import Handle
from grader.text import clean_line
from grader.traces import Measure, Trace, TracedCall, TracedComparison

if TYPE_CHECKING:
    from collections.abc import Sized

    from grader.judging.checks.draws import Draw
    from grader.judging.protocol import How

_TEXT_CAP = 400
_ITEMS_SHOWN = 12
_BY_VALUE = (None, Difference.VALUE, Difference.NOT_FINITE)


@dataclass(slots=True)
class Keepsakes:
    """What is kept of the checks of one program, in their order, if asked for."""

    how: How
    measures: list[Measure] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)

    def keep(self, name: str, evidence: Evidence, draw: Draw, seconds: float) -> None:
        """Keep what was asked for about a check that has ended."""
        if self.how.measure:
            self.measures.append(measure_of(name, evidence, draw, seconds))
        if self.how.trace:
            self.traces.append(trace_of(name, evidence, draw, seconds))


def measure_of(name: str, evidence: Evidence, draw: Draw, seconds: float) -> Measure:
    """Return the measures of a check that has ended."""
    compared = evidence.comparisons
    return Measure(
        check=name,
        seconds=round(seconds, 4),
        distance=max((c.distance for c in compared), default=None),
        tolerance=max((c.rtol for c in compared), default=None),
        draws=len(draw.log),
        signs="".join(sorted(set().union(*(map(_signs, evidence.calls))))),
    )


def trace_of(name: str, evidence: Evidence, draw: Draw, seconds: float) -> Trace:
    """Return in words what a check that has ended drew, called and compared."""
    return Trace(
        check=name,
        seconds=round(seconds, 4),
        draws=tuple((what, shown(value)) for what, value in draw.log),
        calls=tuple(map(_traced_call, evidence.calls)),
        comparisons=tuple(map(_traced_comparison, evidence.comparisons)),
    )


def shown(value: object) -> str:
    """Return a value in words that are safe to print and short enough to read."""
    numbers = numbers_of(value)
    if numbers is None:
        return clean_line(_described(value), _TEXT_CAP)
    text = np.array2string(
        numbers,
        threshold=12,
        separator=", ",
        formatter={"float_kind": "{:.9g}".format},
    )
    kind = type_name(value)
    plain = isinstance(value, bool | int | float | list)
    return clean_line(text if plain else f"{kind} {text}", _TEXT_CAP)


def _described(value: object) -> str:
    """Return in words a value that is not made of numbers, with its first items."""
    if isinstance(value, dict):
        first = islice(value.items(), _ITEMS_SHOWN)
        pairs = ", ".join(f"{shown(key)}: {shown(item)}" for key, item in first)
        return f"{{{pairs}{_more(value)}}}"
    if isinstance(value, tuple | list) and not isinstance(value, Handle):
        items = ", ".join(map(shown, value[:_ITEMS_SHOWN]))
        return f"({items}{_more(value)})"
    if isinstance(value, str | bytes):
        return repr(value[:_TEXT_CAP])
    return "None" if value is None else f"<{type_name(value)}>"


def _more(value: Sized) -> str:
    return ", …" if len(value) > _ITEMS_SHOWN else ""


def _traced_call(call: Called) -> TracedCall:
    given = [shown(value) for value in call.sent]
    given += [f"{key}={shown(value)}" for key, value in call.named]
    name = clean_line(call.name, _TEXT_CAP)
    printed = clean_line(call.said, _TEXT_CAP)
    return TracedCall(f"{name}({', '.join(given)})", shown(call.value), printed)


def _traced_comparison(comparison: Comparison) -> TracedComparison:
    got = comparison.got
    difference = comparison.difference
    return TracedComparison(
        expected=shown(comparison.expected.tolist()),
        got=f"<{comparison.type_name}>" if got is None else shown(got.tolist()),
        verdict="" if difference is None else _verdict(comparison, difference),
    )


def _verdict(comparison: Comparison, difference: Difference) -> str:
    kind = difference.name.lower().replace("_", " ")
    if difference not in _BY_VALUE:
        return kind
    count = f"{kind}: {comparison.differing} of {comparison.expected.size} differ"
    allowed = f"{_percent(comparison.rtol)} is allowed"
    if math.isinf(comparison.distance):
        return f"{count}; {allowed}"
    return f"{count}, by {_percent(comparison.distance)} at most; {allowed}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _signs(call: Called) -> set[str]:
    """Return the signs of the decimal numbers among a call's arguments.

    Counts, tokens and sizes have none that an author would choose.
    """
    found = set()
    for value in (*call.sent, *(value for _, value in call.named)):
        numbers = numbers_of(value)
        if numbers is not None and numbers.dtype.kind == "f":
            found |= {"-"} if (numbers < 0).any() else set()
            found |= {"+"} if (numbers > 0).any() else set()
    return found
