"""Grades PyTorch exercises: what checks and variants are written with.

Nothing is computed here and torch is not imported: a name is looked up in its room
when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.judging.comparison import close_to, parts
    from grader.judging.marks import about, depends_on, points, visibility
    from grader.variants import Variant, alternative, edit, mistake

__version__ = "0.1.0"

_HOMES = {
    "about": "grader.judging.marks",
    "close_to": "grader.judging.comparison",
    "depends_on": "grader.judging.marks",
    "parts": "grader.judging.comparison",
    "points": "grader.judging.marks",
    "visibility": "grader.judging.marks",
    "Variant": "grader.variants",
    "alternative": "grader.variants",
    "edit": "grader.variants",
    "mistake": "grader.variants",
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
