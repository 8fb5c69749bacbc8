"""`raises`: a check that expects an exception of the student's code."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.judging.checks.evidence import CURRENT, CheckEnded, Evidence
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.judging.checks.standing import StandIn


@contextmanager
def raises(expected: type[Exception] | StandIn, match: str = "") -> Iterator[None]:
    """Hold if what stands in the block raises; otherwise the check fails.

    A part that is not written yet does not hold, whatever is expected.

    Args:
        expected: a built-in class of exceptions, or one of the student's own:
            `student.BadRate`.
        match: if given, what must be found in the text, a regular expression.

    Raises:
        CheckEnded: nothing was raised, or something else.
    """
    kinds = (expected,) if isinstance(expected, type) else ()
    try:
        yield
    except CheckEnded as ended:
        if ended.outcome is not Outcome.ERROR or not _is(ended, expected):
            raise
        if match and not re.search(match, ended.text):
            raise CheckEnded(
                Outcome.FAILED, f"The {_name(expected)} has another text than expected."
            ) from None
    except kinds:
        # The reference's: a check may try that, too.
        return
    else:
        evidence = CURRENT.get() or Evidence()
        called = f"`{evidence.calls[-1].name}`" if evidence.calls else "The function"
        raise CheckEnded(
            Outcome.FAILED, f"{called} returned, expected a {_name(expected)}."
        )


def _name(expected: type[Exception] | StandIn) -> str:
    return expected.__name__ if isinstance(expected, type) else expected.grader_name


def _is(ended: CheckEnded, expected: type[Exception] | StandIn) -> bool:
    """Return whether what ended a call is an exception of this class.

    One of the student's own classes is told by its name.
    """
    if isinstance(expected, type):
        return isinstance(ended, expected)
    return expected.grader_name in ended.kinds
