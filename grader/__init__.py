"""Grades PyTorch exercises: what checks and variants are written with.

A check is a pytest function in test_visible.py or test_hidden.py. Its docstring is the
title that students read:

    from grader import close_to, points

    @points(2)
    def test_forward_is_the_product(student, reference, draw):
        \"\"\"forward(w, x) is w times x.\"\"\"
        w, x = draw.reals(2)

        assert student.forward(w, x) == close_to(reference.forward(w, x))

`student` is the student's program, `reference` the solution, `draw` makes fresh inputs.

marks      points, depends_on, visibility, about, all_or_nothing, within,
           extra, manual
values     close_to, same_up_to, parts, raises, gradcheck, score
variants   mistake, alternative, edit: in mistakes.py and alternatives.py

`help(grader.points)` and the like say more. `grader --help` lists the commands; an
author's are new, import, prove, preview and release.
"""

# Nothing is computed here and torch is not imported: a name is looked up in its room
# when it is first used.

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.course.variants import Variant, alternative, edit, mistake
    from grader.judging.checks.comparison import close_to, same_up_to
    from grader.judging.checks.credit import score
    from grader.judging.checks.gradchecking import gradcheck
    from grader.judging.checks.marks import (
        about,
        all_or_nothing,
        depends_on,
        extra,
        manual,
        points,
        visibility,
        within,
    )
    from grader.judging.checks.printing import printing
    from grader.judging.checks.raising import raises
    from grader.judging.checks.unpacking import parts
    from grader.notebook import check, load_ipython_extension

__version__ = "0.1.0"

_HOMES = {
    "about": "grader.judging.checks.marks",
    "all_or_nothing": "grader.judging.checks.marks",
    "close_to": "grader.judging.checks.comparison",
    "depends_on": "grader.judging.checks.marks",
    "extra": "grader.judging.checks.marks",
    "gradcheck": "grader.judging.checks.gradchecking",
    "parts": "grader.judging.checks.unpacking",
    "points": "grader.judging.checks.marks",
    "printing": "grader.judging.checks.printing",
    "raises": "grader.judging.checks.raising",
    "same_up_to": "grader.judging.checks.comparison",
    "score": "grader.judging.checks.credit",
    "visibility": "grader.judging.checks.marks",
    "within": "grader.judging.checks.marks",
    "Variant": "grader.course.variants",
    "alternative": "grader.course.variants",
    "check": "grader.notebook",
    "edit": "grader.course.variants",
    "load_ipython_extension": "grader.notebook",
    "manual": "grader.judging.checks.marks",
    "mistake": "grader.course.variants",
}

__all__ = [
    "Variant",
    "about",
    "all_or_nothing",
    "alternative",
    "check",
    "close_to",
    "depends_on",
    "edit",
    "extra",
    "gradcheck",
    "load_ipython_extension",
    "manual",
    "mistake",
    "parts",
    "points",
    "printing",
    "raises",
    "same_up_to",
    "score",
    "visibility",
    "within",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)
