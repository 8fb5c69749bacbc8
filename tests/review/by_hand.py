"""Plots that wait for a person, and the way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from handmade import checked, exercise, submission

from grader.model import Outcome

if TYPE_CHECKING:
    from desks import Desk

    from grader.model import SubmissionResult

RUBRIC = ("the axes have names", "the loss <b>falls</b>", "`w` is named")
SOURCE = "def double(x):\n    return 2 * x  # by Anna Lee\n\ndef plot():\n    'annas'\n"
PLACE = "/points/double/test_plot"


def waiting(student: str, name: str | None = None) -> SubmissionResult:
    """Return a student whose plot waits for a person."""
    plot = msgspec.structs.replace(
        checked("plot", Outcome.SKIPPED, points=3.0, title="A plot shows the loss."),
        by_hand=True,
        rubric=RUBRIC,
    )
    own = exercise("double", checked("double", points=7.0), plot)
    found = submission(student, own)
    return msgspec.structs.replace(found, complete=False, name=name)


def first(desk: Desk) -> str:
    """Return the address of the answer that waits first."""
    answer = desk.browser.get(PLACE, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])
