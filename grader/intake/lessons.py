"""One notebook that holds several exercises: each finds its functions there."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.errors import StudentError
from grader.intake.naming import ending_of
from grader.intake.outline import outline_of
from grader.intake.reading import NOTEBOOK_SUFFIX, program_of
from grader.intake.walking import EntryKind, Found, read
from grader.model import Program, ProgramKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.intake.candidates import ExerciseForms

_MOST_READ = 3
_SEVERAL = 2


class Lesson(NamedTuple):
    """The part of a notebook that is one exercise, and the notebook it is from."""

    found: Found
    digest: str
    modified_ns: int
    program: Program


def lessons(
    others: Sequence[Found],
    missing: Sequence[str],
    handouts: Mapping[str, ExerciseForms],
) -> dict[str, Lesson]:
    """Return a part of a notebook for each missing exercise that it holds.

    A part ends with the cell that completes the exercise: what follows may define the
    same names for the next one.

    Args:
        others: files without an exercise's name.
        missing: the exercises for which there is no work.
        handouts: each exercise as it was handed out.
    """
    lessons: dict[str, Lesson] = {}
    files = [
        thing
        for thing in others
        if thing.kind is EntryKind.FILE and ending_of(thing.name) == NOTEBOOK_SUFFIX
    ]
    for thing in files[:_MOST_READ] if missing else ():
        try:
            content = read(thing)
            whole = program_of(thing.place, content.data)
        except (StudentError, OSError):
            continue
        ends = _ends(whole, handouts)
        if whole.kind is not ProgramKind.NOTEBOOK or len(ends) < _SEVERAL:
            continue
        digest = hashlib.sha256(content.data).hexdigest()
        for exercise in missing:
            if exercise in ends and exercise not in lessons:
                part = msgspec.structs.replace(
                    whole,
                    filename=f"{exercise}{NOTEBOOK_SUFFIX}",
                    blocks=whole.blocks[: ends[exercise]],
                )
                lessons[exercise] = Lesson(thing, digest, content.modified_ns, part)
    return lessons


def _ends(program: Program, handouts: Mapping[str, ExerciseForms]) -> dict[str, int]:
    """Return for each exercise how many cells hold all that it asks for."""
    defined: set[str] = set()
    ends: dict[str, int] = {}
    for number, block in enumerate(program.blocks, start=1):
        defined |= outline_of((block,)).bodies().keys()
        for exercise, handout in handouts.items():
            if handout.holes and handout.holes <= defined:
                ends.setdefault(exercise, number)
    return ends
