"""A desk over a small class, and a browser that was given its link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desks import Desk
from handmade import checked, exercise, submission
from review.by_hand import SOURCE, waiting

from grader.model import Block, Outcome, Program, ProgramKind
from grader.verdicts import VERDICTS_FILE, VerdictStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course


@pytest.fixture
def desk(tmp_path: Path, make_course: Callable[..., Course]) -> Desk:
    return Desk(tmp_path / "reports", make_course())


@pytest.fixture
def hands(desk: Desk) -> Desk:
    """Return an open desk over three plots, of which two programs are kept."""
    missing = exercise("double", checked("plot", Outcome.NOT_ATTEMPTED, points=10.0))
    desk.write(
        waiting("s001", "Anna Lee"), waiting("s002"), submission("s003", missing)
    )
    program = Program(
        *(ProgramKind.SCRIPT, "annas.py", "00ff"),
        (Block("annas.py", SOURCE.encode()),),
    )
    with VerdictStore(desk.out / VERDICTS_FILE) as store:
        store.record_program("double", program)
    desk.open()
    return desk
