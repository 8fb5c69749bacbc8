"""Grades PyTorch exercises: what checks and variants are written with.

Nothing is computed here and torch is not imported: a name is looked up in its room
when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.course.variants import Variant, alternative, edit, mistake
    from grader.judging.checks.comparison import close_to, parts
    from grader.judging.checks.marks import about, depends_on, points, visibility

__version__ = "0.1.0"

_HOMES = {
    "about": "grader.judging.checks.marks",
    "close_to": "grader.judging.checks.comparison",
    "depends_on": "grader.judging.checks.marks",
    "parts": "grader.judging.checks.comparison",
    "points": "grader.judging.checks.marks",
    "visibility": "grader.judging.checks.marks",
    "Variant": "grader.course.variants",
    "alternative": "grader.course.variants",
    "edit": "grader.course.variants",
    "mistake": "grader.course.variants",
}

__all__ = [
    "Variant",
    "about",
    "alternative",
    "close_to",
    "depends_on",
    "edit",
    "mistake",
    "parts",
    "points",
    "visibility",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)
