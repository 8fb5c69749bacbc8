"""A desk over a small class, and a browser that was given its link."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from desks import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course


@pytest.fixture
def desk(tmp_path: Path, make_course: Callable[..., Course]) -> Desk:
    return Desk(tmp_path / "reports", make_course())
