"""Judges that several files of this folder use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judging.small import QUICK

from grader.judging.session import Judges, open_judges
from grader.sandbox.host.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course import Course


@pytest.fixture(scope="module", params=["auto", "none"])
def small_judges(
    request: pytest.FixtureRequest, make_course: Callable[..., Course], gate: Gate
) -> Iterator[Judges]:
    """Return judges of `double`, behind the wall and without one."""
    chosen = gate if request.param == "auto" else Gate("none", ())
    with open_judges(make_course(table=QUICK), gate=chosen) as started:
        yield started
