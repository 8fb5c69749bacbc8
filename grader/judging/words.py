"""What a student reads: plain sentences about their own code.

About a hidden check they never hold an input or an expected number.
"""

from __future__ import annotations

import difflib
import sys
from typing import TYPE_CHECKING

import numpy as np

from grader.judging.evidence import Comparison, Difference, Evidence, is_call
from grader.judging.exceptions import known
from grader.model import Visibility
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.judging.evidence import Call

_TEXT_CAP = 200


def raised(name: str, failure: Mapping[str, object], visibility: Visibility) -> str:
    """Return the sentence for an exception in a call of the student's function.

    A hidden input might be in the exception's text: there it is told in our own words
    where we know it, else as far as it is made of words that stand in their file.
    """
    text = clean_line(str(failure["message"]), _TEXT_CAP)
    if visibility is Visibility.HIDDEN:
        found = known(str(failure["type"]), str(failure["message"]))
        text = clean_line(found.text if found else str(failure["public"]), _TEXT_CAP)
    kind = clean_line(str(failure["type"]), _TEXT_CAP)
    what = f"{kind}: {text}" if text else kind
    return f"`{name}` stopped with {what}{_where(failure)}."


def noted(failure: Mapping[str, object], *, script: bool) -> str:
    """Return the sentence for the notes, and what became of the code after it."""
    if failure["type"] == "SyntaxError" and script:
        return f"{stopped(failure)} Nothing of the file could run."
    if script:
        return f"{stopped(failure)} The statements after it still ran."
    return f"{stopped(failure)} The rest of this cell did not run; the next cells did."


def stopped(failure: Mapping[str, object]) -> str:
    """Return the sentence for code at top level that raised."""
    text = clean_line(str(failure["message"]), _TEXT_CAP)
    kind = clean_line(str(failure["type"]), _TEXT_CAP)
    what = f"{kind}: {text}" if text else kind
    place = f"{failure['label']}, line {failure['line']}"
    return f"{place}: {what}{_quoted(failure)}."


def _where(failure: Mapping[str, object]) -> str:
    if not failure["label"]:
        return ""
    return f", at {failure['label']}, line {failure['line']}{_quoted(failure)}"


def _quoted(failure: Mapping[str, object]) -> str:
    text = clean_line(str(failure["text"]), _TEXT_CAP)
    return f" (`{text}`)" if text else ""


def missing(name: str, names: Sequence[str]) -> str:
    """Return the sentence for a name that the program does not define."""
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    if near:
        found = clean_line(near[0], _TEXT_CAP)
        return f"Expected `{name}`, found `{found}`: are these to be the same?"
    return f"Expected `{name}`, found nothing of this name."


def has_near(name: str, names: Sequence[str]) -> bool:
    """Return whether a name of the program is nearly the one expected."""
    return bool(difflib.get_close_matches(name, names, n=1, cutoff=0.7))


def signature(name: str, found: str | None) -> str:
    """Return the sentence for a function that cannot take the handout's arguments."""
    yours = f": yours is `{name}{clean_line(found, _TEXT_CAP)}`" if found else ""
    return (
        f"`{name}` cannot be called as the handout says{yours}. Compare its parameters "
        f"with the handout's."
    )


def not_written(name: str) -> str:
    """Return the sentence for a hole that was left in."""
    return f"`{name}` is not written yet."


def timeout(name: str, seconds: float) -> str:
    """Return the sentence for a call that did not come back."""
    return (
        f"`{name}` was still running after {seconds:g} s of computing: is there a loop "
        f"that never ends?"
    )


def out_of_memory(name: str, memory_mb: int) -> str:
    """Return the sentence for code that wanted more memory than there is."""
    return (
        f"`{name}` asked for more memory than the {memory_mb} MB it may use: how large "
        f"is the largest tensor or list that it builds?"
    )


def failed(evidence: Evidence, visibility: Visibility) -> str:
    """Return the sentence for a check that did not hold."""
    unequal = [c for c in evidence.comparisons if c.difference is not None]
    subject = _subject(evidence.calls[-1]) if evidence.calls else "The result"
    if not unequal:
        return f"{subject} does not do what this check says."
    return _SENTENCES[unequal[-1].difference or Difference.VALUE](
        subject, unequal[-1], visibility
    )


def _subject(call: Call) -> str:
    """Return what gave a value: a function by its name, or an object of a class."""
    own = call.exchange is None or is_call(call.exchange)
    return f"`{call.name}`" if own else f"A `{call.name}`"


def _nothing(subject: str, _: Comparison, __: Visibility) -> str:
    return f"{subject} gave None: is there a `return` on every path?"


def _not_numbers(subject: str, comparison: Comparison, _: Visibility) -> str:
    kind = clean_line(comparison.type_name, _TEXT_CAP)
    return f"{subject} gave a value of type {kind}, expected numbers."


def _kind(subject: str, comparison: Comparison, _: Visibility) -> str:
    kind = clean_line(comparison.type_name, _TEXT_CAP)
    return f"{subject} gave a value of another type ({kind}) than the handout asks for."


def _shape(subject: str, comparison: Comparison, visibility: Visibility) -> str:
    got, expected = comparison.got, comparison.expected
    if got is None:
        return _kind(subject, comparison, visibility)
    if visibility is Visibility.VISIBLE:
        return (
            f"{subject} gave shape {got.shape}, expected {expected.shape} (axes of "
            f"size 1 left out)."
        )
    if got.ndim == expected.ndim == 1:
        relation = "more" if got.size > expected.size else "fewer"
        return f"{subject} gave {relation} numbers than expected."
    return f"{subject} gave numbers in another shape than expected."


def _not_finite(subject: str, _: Comparison, __: Visibility) -> str:
    return f"{subject} gave nan or infinity where a finite number is expected."


def _value(subject: str, comparison: Comparison, visibility: Visibility) -> str:
    if visibility is Visibility.VISIBLE and comparison.got is not None:
        return (
            f"{subject} gave {_shown(comparison.got)}, expected "
            f"{_shown(comparison.expected)}."
        )
    total = comparison.expected.size
    if total > 1:
        return (
            f"{subject} gave other numbers than expected: {comparison.differing} of "
            f"{total} differ."
        )
    return f"{subject} gave another number than expected."


def _shown(array: np.ndarray) -> str:
    text = np.array2string(
        array,
        max_line_width=sys.maxsize,
        threshold=12,
        separator=", ",
        formatter={"float_kind": "{:.8g}".format},
    )
    return " ".join(text.split())


_SENTENCES = {
    Difference.NOTHING: _nothing,
    Difference.NOT_NUMBERS: _not_numbers,
    Difference.KIND: _kind,
    Difference.SHAPE: _shape,
    Difference.NOT_FINITE: _not_finite,
    Difference.VALUE: _value,
}
