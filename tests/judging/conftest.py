"""Judges that several files of this folder use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from judging.small import QUICK

from grader.judging.session import Judges, open_judges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course import Course
    from grader.sandbox.host.gate import Gate


@pytest.fixture(scope="module")
def small_judges(make_course: Callable[..., Course], gate: Gate) -> Iterator[Judges]:
    """Return judges of `double`, behind the wall."""
    with open_judges(make_course(table=QUICK), gate=gate) as started:
        yield started
