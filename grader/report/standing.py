"""What the visible checks of an exercise are worth, if a student's copy says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.course.handout import handout_at
from grader.report.answer import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.course import Exercise
    from grader.model import Check


def standing_of(exercise: Exercise, checks: Iterable[Check]) -> Standing:
    """Return what some checks of an exercise are worth, and what comes after it."""
    points = sum(check.points for check in checks)
    handout = handout_at(exercise.folder.parent)
    known = handout.exercises if handout else ()
    places = [place for place, each in enumerate(known) if each.id == exercise.id]
    if not places:
        return Standing(points)
    own, following = known[places[0]], known[places[0] + 1 : places[0] + 2]
    return Standing(
        points,
        of=own.points,
        learnt=own.learnt,
        following=f"{following[0].id} ({following[0].title})" if following else "",
    )
