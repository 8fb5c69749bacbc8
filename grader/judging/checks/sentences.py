"""Plain sentences about one value that is not the expected one, by how it differs.

About a hidden check they never hold an input or an expected number.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.checks.evidence import Difference
from grader.model import Visibility
from grader.text import clean_line, written

if TYPE_CHECKING:
    from grader.judging.checks.evidence import Comparison, Odd

_TEXT_CAP = 200


def _not_numbers(gave: str, comparison: Comparison, visibility: Visibility) -> str:
    kind = clean_line(comparison.type_name, _TEXT_CAP)
    if comparison.odd is not None:
        return f"{gave} a {kind}{_odd(comparison.odd, visibility)}."
    return f"{gave} a value of type {kind}, expected numbers."


def _odd(odd: Odd, visibility: Visibility) -> str:
    """Return what is wrong with the entries of a list.

    Which of them it is could be a hidden input in disguise.
    """
    kind = "None" if odd.kind == "NoneType" else clean_line(odd.kind, _TEXT_CAP)
    if odd.every:
        return f" in which every entry is {_a(kind)}, expected numbers"
    seen = visibility is Visibility.VISIBLE
    place = f"entry [{odd.position}]" if seen or not odd.position else "a later entry"
    if not kind:
        return f" in which {place} is longer or shorter than the first one"
    return f" in which {place} is {_a(kind)}, expected numbers"


def _a(kind: str) -> str:
    return kind if kind == "None" else f"of type {kind}"


def _kind(gave: str, comparison: Comparison, _: Visibility) -> str:
    kind = clean_line(comparison.type_name, _TEXT_CAP)
    return f"{gave} a value of another type ({kind}) than the handout asks for."


def _shape(gave: str, comparison: Comparison, visibility: Visibility) -> str:
    shape, wanted = comparison.shape, comparison.wanted
    if shape is None:
        return _kind(gave, comparison, visibility)
    if visibility is Visibility.VISIBLE:
        return f"{gave} shape {shape}, expected {wanted}."
    if math.prod(shape) == math.prod(wanted) and len(shape) != len(wanted):
        axes = f"{len(wanted)} ax{'i' if len(wanted) == 1 else 'e'}s"
        form = f"expected {axes if wanted else 'a single number'}"
        return f"{gave} as many numbers as expected, but in another shape: {form}."
    if len(shape) == len(wanted) == 1:
        relation = "more" if shape > wanted else "fewer"
        return f"{gave} {relation} numbers than expected."
    return f"{gave} numbers in another shape than expected."


def _not_finite(gave: str, _: Comparison, __: Visibility) -> str:
    return f"{gave} nan or infinity where a finite number is expected."


def _value(gave: str, comparison: Comparison, visibility: Visibility) -> str:
    if visibility is Visibility.VISIBLE and comparison.got is not None:
        return (
            f"{gave} {_shown(comparison.got)}, expected {_shown(comparison.expected)}."
            f"{_first_other(comparison)}"
        )
    total = comparison.expected.size
    if total > 1:
        return (
            f"{gave} other numbers than expected: {comparison.differing} of {total} "
            f"differ."
        )
    return f"{gave} another number than expected."


def _dtype(gave: str, _: Comparison, __: Visibility) -> str:
    return f"{gave} numbers of another dtype than the handout asks for."


def _keys(gave: str, comparison: Comparison, visibility: Visibility) -> str:
    got, expected = _told_of(comparison)
    if not isinstance(got, list):
        return f"{gave} a value of type {_type(comparison)}, expected a dict."
    if visibility is Visibility.VISIBLE:
        return f"{gave} the keys {_quote(got)}, expected {_quote(expected)}."
    return f"{gave} a dict of other keys than expected."


def _length(gave: str, comparison: Comparison, visibility: Visibility) -> str:
    got, expected = _told_of(comparison)
    if not isinstance(got, int) or not isinstance(expected, int):
        return f"{gave} a value of type {_type(comparison)}, expected a list."
    if visibility is Visibility.VISIBLE:
        return f"{gave} {got} item{'s' if got != 1 else ''}, expected {expected}."
    return f"{gave} {'more' if got > expected else 'fewer'} items than expected."


def _other(gave: str, comparison: Comparison, visibility: Visibility) -> str:
    got, expected = _told_of(comparison)
    if type(got) is not type(expected) or (expected is None):
        return f"{gave} a value of type {_type(comparison)}, which is not expected."
    if visibility is Visibility.VISIBLE:
        return f"{gave} {_quote(got)}, expected {_quote(expected)}."
    what = "text" if isinstance(expected, str) else "value"
    return f"{gave} another {what} than expected."


def _missing_part(gave: str, _: Comparison, __: Visibility) -> str:
    return f"{gave} None, which is not expected there."


def _told_of(comparison: Comparison) -> tuple[object, object]:
    got = None if comparison.got is None else comparison.got.item()
    return got, comparison.expected.item()


def _type(comparison: Comparison) -> str:
    return clean_line(comparison.type_name, _TEXT_CAP)


def _quote(value: object) -> str:
    return clean_line(written(value), _TEXT_CAP)


def _first_other(comparison: Comparison) -> str:
    """Return a sentence on the first of several numbers that differs."""
    got, expected = comparison.got, comparison.expected
    if got is None or got.shape != expected.shape or expected.size <= 1:
        return ""
    close = np.isclose(got, expected, rtol=comparison.rtol, atol=1e-12)
    place = np.unravel_index(int(np.argmin(close)), expected.shape)
    index = ", ".join(map(str, map(int, place)))
    return (
        f" The first that differs is [{index}]: {got[place]:.8g}, expected "
        f"{expected[place]:.8g}."
    )


def _shown(array: np.ndarray) -> str:
    text = np.array2string(
        array,
        max_line_width=sys.maxsize,
        threshold=12,
        separator=", ",
        formatter={"float_kind": "{:.8g}".format, "complex_kind": "{:.8g}".format},
    )
    return " ".join(text.split())


SENTENCES = {
    Difference.NOT_NUMBERS: _not_numbers,
    Difference.KIND: _kind,
    Difference.SHAPE: _shape,
    Difference.NOT_FINITE: _not_finite,
    Difference.VALUE: _value,
    Difference.NOTHING: _missing_part,
    Difference.DTYPE: _dtype,
    Difference.KEYS: _keys,
    Difference.LENGTH: _length,
    Difference.OTHER: _other,
}
