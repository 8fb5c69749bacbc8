"""Files without an exercise's name: what they are and what they may be meant for."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import StudentError
from grader.intake.kinds import ARCHIVE, ONLINE_TEXT, kind_by_name
from grader.intake.marks import fold
from grader.intake.naming import ending_of, meanings, nearest
from grader.intake.outline import outline_of
from grader.intake.reading import NOTEBOOK_SUFFIX, SCRIPT_SUFFIX, program_of
from grader.intake.walking import COPIES, EntryKind, Found, read
from grader.model import Left, WhyLeft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.intake.candidates import ExerciseForms

_DATA = (
    *(".csv", ".tsv", ".npy", ".npz", ".pt", ".pth", ".pkl", ".pickle", ".log", ".h5"),
    *(".toml", ".yml", ".yaml", ".cfg", ".ini", ".lock", ".sqlite", ".parquet", ".xml"),
)
_ABOUT_A_FOLDER = ("readme", "license", "licence", "changelog", "notes")
# What ends a line in a text that was typed online, and what is left out of it.
_LINE_END = re.compile(r"<br\b[^<>]*>|</(?:p|div|li|pre)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# No sign has a number of so many digits, and Python refuses to read thousands of them.
_NO_SIGN = re.compile(r"&#\d{8,}+")
_MOST_COMPARED = 100
_MOST_READ = 5
_MOST_BYTES = 1024 * 1024
_MOST_TOLD = 20
_MOST_HINTS = 3


class Leftovers(NamedTuple):
    """One student's other files: for the instructor, and as hints for the student.

    `hints` has sentences for each exercise that is missing; `told` are the files that
    they are about.
    """

    left: list[Left]
    hints: dict[str, list[str]]
    told: frozenset[tuple[str, ...]]


def leftovers(
    student: str,
    others: Sequence[Found],
    missing: Sequence[str],
    handouts: Mapping[str, ExerciseForms],
) -> Leftovers:
    """Return what is known about a student's files without an exercise's name.

    Args:
        student: the student's clean name.
        others: the files and folders.
        missing: the exercises for which there is no file, or none with work in it.
        handouts: each exercise as it was handed out.
    """
    left: list[Left] = []
    hints: dict[str, list[str]] = {exercise: [] for exercise in missing}
    told: set[tuple[str, ...]] = set()
    reads = _MOST_READ if missing else 0
    for thing in others[:_MOST_COMPARED]:
        program = thing.kind is EntryKind.FILE and ending_of(thing.name) is not None
        meant = _meant(thing, tuple(handouts))
        typed = thing.name == ONLINE_TEXT
        if (program or typed) and not meant and reads:
            reads -= 1
            meant = _meant_by_content(thing, handouts)
        alone = len(missing) == len(handouts)
        lacking = [
            x
            for x in meant or _meant_by_kind(thing, missing, alone=alone)
            if x in missing
        ]
        for exercise in lacking:
            hints[exercise].append(_hint(thing, _wanted(exercise, handouts[exercise])))
            told.add(thing.parts)
        if program or lacking:
            one = len(meant) == 1 and not handouts[meant[0]].parts
            left.append(_left(student, thing, lacking, certain=one))
    return Leftovers(
        left[:_MOST_TOLD],
        {exercise: said[:_MOST_HINTS] for exercise, said in hints.items()},
        frozenset(told),
    )


def _meant(thing: Found, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return the exercises whose names are near to this one."""
    if thing.kind is EntryKind.FOLDER:
        return (thing.name,) if thing.name in ids else ()
    if thing.name.lower().endswith(_DATA):
        return ()
    return meanings(thing.name, ids) or nearest(thing.name, ids)


def _meant_by_kind(
    thing: Found, missing: Sequence[str], *, alone: bool
) -> Sequence[str]:
    """Return the exercises that an archive or a document may hold."""
    kind = kind_by_name(thing.name) if thing.kind is EntryKind.FILE else None
    told = fold(thing.name).startswith(_ABOUT_A_FOLDER)
    return missing if kind and (alone or kind.advice == ARCHIVE) and not told else ()


def _meant_by_content(
    thing: Found, handouts: Mapping[str, ExerciseForms]
) -> tuple[str, ...]:
    """Return the exercise of which a file defines the most, if more than half."""
    try:
        data = read(thing).data
        if thing.name == ONLINE_TEXT:
            data = _typed(data[:_MOST_BYTES])
        program = program_of(thing.place, data[:_MOST_BYTES])
    except (StudentError, OSError):
        return ()
    names = outline_of(program.blocks).bodies()
    shares = sorted(
        (len(handout.holes & names.keys()) / len(handout.holes), exercise)
        for exercise, handout in handouts.items()
        if handout.holes
    )
    if not shares or shares[-1][0] <= 1 / 2:
        return ()
    return tuple(exercise for share, exercise in shares if share == shares[-1][0])


def _typed(page: bytes) -> bytes:
    """Return the text of a page without its tags: good enough to look for names."""
    lines = _LINE_END.sub("\n", page.decode("utf-8", "replace"))
    from html import unescape  # a table of two thousand names

    return unescape(_NO_SIGN.sub("", _TAG.sub("", lines))).replace("\xa0", " ").encode()


def _wanted(exercise: str, forms: ExerciseForms) -> str:
    """Return what the files are called that students are to hand in."""
    names = f"{exercise}{SCRIPT_SUFFIX} or {exercise}{NOTEBOOK_SUFFIX}"
    return " and ".join(forms.parts) or names


def _hint(thing: Found, wanted: str) -> str:
    """Return what a student is told about a file that may be meant for an exercise."""
    if thing.kind is EntryKind.FOLDER:
        return f"{thing.place} is a folder without {wanted}."
    kind = kind_by_name(thing.name)
    if kind is not None:
        return f"{thing.place} is {kind.noun}. {kind.advise(wanted)}"
    return f"{thing.place} was not graded: expected {wanted}. Rename it if it is meant."


def _left(student: str, thing: Found, lacking: list[str], *, certain: bool) -> Left:
    kind = kind_by_name(thing.name) if thing.kind is EntryKind.FILE else None
    exercise = lacking[0] if len(lacking) == 1 else None
    if kind is not None and certain and exercise is not None:
        said = f"It is {kind.noun}, and not graded; it may be meant for {exercise}."
    elif kind is not None:
        said = f"It is {kind.noun}, and was not graded."
    elif len(lacking) > 1:
        said = f"Its name could be that of {' or '.join(lacking)}."
    elif exercise is None:
        said = "Its name is no exercise's."
    else:
        said = f"Its name is no exercise's; it may be meant for {exercise}."
    command = _command(thing, exercise) if certain and kind is None else None
    why = WhyLeft.NAME if kind is None else WhyLeft.KIND
    return Left(student, thing.place, why, said, exercise, command)


def _command(thing: Found, exercise: str | None) -> str | None:
    """Return a command after which the next run takes a file, if that is safe."""
    path = thing.path
    if exercise is None or thing.kind is not EntryKind.FILE or thing.inside:
        return None
    if not str(path).isprintable():
        return None
    ending = ending_of(thing.name) or SCRIPT_SUFFIX
    folder = path.parent.parent if path.parent.name == COPIES else path.parent
    free = [
        target
        for name in (exercise, f"{exercise}_2")
        for suffix in (ending, NOTEBOOK_SUFFIX, SCRIPT_SUFFIX)
        if not os.path.lexists(target := folder / (name + suffix))
    ]
    words = ["cp", "-n", "--", str(path), str(free[0])] if free else []
    return shlex.join(words) or None
