"""What a course tells its students beside the exercises: `exercises/course.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

HANDOUT: Final = "course.json"


class HandedOut(msgspec.Struct, frozen=True):
    """One exercise as students know it: points, and what it teaches in one line."""

    id: str
    title: str
    points: float
    learnt: str = ""


class Handout(msgspec.Struct, frozen=True):
    """A course as students know it; the exercises are in the order of teaching."""

    title: str
    exercises: tuple[HandedOut, ...]
    kit: str = ""


def handout_at(exercises: Path) -> Handout | None:
    """Return what a folder of exercises says of its course, or None."""
    try:
        return msgspec.json.decode((exercises / HANDOUT).read_bytes(), type=Handout)
    except (OSError, msgspec.DecodeError):
        return None
