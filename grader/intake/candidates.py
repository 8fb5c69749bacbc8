"""What a file with an exercise's name holds: nothing, the handout, or work."""

from __future__ import annotations

import enum
import hashlib
from typing import TYPE_CHECKING

import msgspec

from grader.errors import StudentError
from grader.files import is_the_machine_s
from grader.intake.naming import Match
from grader.intake.outline import Outline, outline_of
from grader.intake.reading import EmptyFileError, program_of
from grader.intake.walking import Content, Found, read
from grader.model import Program

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

_HOLE = b"NotImplementedError"


class State(enum.IntEnum):
    """How much of the student's own work a file holds, the least first."""

    UNREAD = 0
    EMPTY = 1
    HANDOUT = 2
    TOUCHED = 3
    BROKEN = 4
    WRITTEN = 5


class ExerciseForms(msgspec.Struct, frozen=True):
    """An exercise as it was handed out, in each of its forms; empty if unknown.

    `holes` are the functions and classes that students write. `parts` are the files
    that students write, each by its name, where they write several. `given` are the
    contents of what comes with it, by name: the course's own, whatever is handed in.
    """

    outlines: tuple[Outline, ...] = ()
    holes: frozenset[str] = frozenset()
    least_holes: int = 0
    parts: dict[str, ExerciseForms] = {}
    given: dict[str, bytes] = {}

    def is_said_by(self, program: Program) -> bool:
        """Return whether a program differs from the handout in comments at most."""
        count = sum(block.utf8.count(_HOLE) for block in program.blocks)
        if not self.outlines or count < self.least_holes:
            return False
        outline = outline_of(program.blocks)
        return any(outline.says_the_same_as(given) for given in self.outlines)


class HandedFile(msgspec.Struct, frozen=True):
    """A file with the name of an exercise, or nearly, and what it holds."""

    found: Found
    match: Match
    state: State
    digest: str | None = None
    program: Program | None = None
    error: str | None = None
    modified_ns: int = 0
    size_bytes: int = 0
    outline: Outline | None = None
    written: int = 0

    @property
    def place(self) -> str:
        """Where it lies in the student's folder, cleaned."""
        return self.found.place

    @property
    def called(self) -> str:
        """The name that the file should have."""
        return self.match.exercise + self.match.suffix


def forms_of(
    exercise: str, files: Collection[Path], given: Mapping[str, bytes]
) -> ExerciseForms:
    """Return an exercise as it was handed out.

    Args:
        exercise: its id.
        files: what students fill in: files of the exercise's name, or else several.
        given: the names and contents of what comes with it.
    """
    whole = msgspec.structs.replace(handout_of(files), given=dict(given))
    if all(path.stem == exercise for path in files):
        return whole
    parts = {path.name: handout_of((path,)) for path in files}
    return msgspec.structs.replace(whole, parts=parts)


def handout_of(files: Iterable[Path]) -> ExerciseForms:
    """Return the handout from an exercise's released files, without broken ones."""
    programs = []
    for path in files:
        try:
            programs.append(program_of(path.name, path.read_bytes()))
        except (StudentError, OSError):
            continue
    outlines = tuple(outline_of(program.blocks) for program in programs)
    counts = [sum(b.utf8.count(_HOLE) for b in program.blocks) for program in programs]
    return ExerciseForms(
        outlines,
        frozenset(name for outline in outlines for name in outline.holes()),
        min(counts, default=0),
    )


def looked_at(
    found: Found, match: Match, handout: ExerciseForms, *, alone: bool
) -> HandedFile:
    """Return what is in a file.

    Args:
        found: the file.
        match: the exercise that its name stands for.
        handout: the exercise as it was handed out.
        alone: no other file has the name, so that nothing depends on how much of it
            is written.
    """
    candidate = HandedFile(found, match, State.BROKEN)
    try:
        return _opened(candidate, read(found), handout, alone=alone)
    except StudentError as error:
        return msgspec.structs.replace(candidate, error=str(error))
    except OSError as error:
        if is_the_machine_s(error):
            raise
        why = (
            f"{found.place}: expected a file that can be read, got an error: "
            f"{error.strerror}. Hand it in again."
        )
        return msgspec.structs.replace(candidate, error=why)


def _opened(
    candidate: HandedFile, content: Content, handout: ExerciseForms, *, alone: bool
) -> HandedFile:
    program, state, error = None, State.BROKEN, None
    try:
        wanted = handout.holes or None
        program = program_of(candidate.place, content.data, candidate.called, wanted)
        state = State.WRITTEN
    except EmptyFileError:
        state = State.EMPTY
    except StudentError as unreadable:
        error = str(unreadable)
    candidate = msgspec.structs.replace(
        candidate,
        digest=program.sha256 if program else hashlib.sha256(content.data).hexdigest(),
        modified_ns=content.modified_ns,
        size_bytes=len(content.data),
        program=program,
        state=state,
        error=error,
    )
    if program is None:
        return candidate
    if handout.is_said_by(program):
        return msgspec.structs.replace(candidate, state=State.HANDOUT)
    return candidate if alone else _measured(candidate, program, handout)


def _measured(
    candidate: HandedFile, program: Program, handout: ExerciseForms
) -> HandedFile:
    """Return the candidate, and how much of it is the student's own."""
    outline = outline_of(program.blocks)
    written = outline.written(handout.outlines[0] if handout.outlines else None)
    wanted = written & handout.holes if handout.holes else written - {""}
    return msgspec.structs.replace(
        candidate,
        outline=outline,
        written=len(wanted),
        state=State.WRITTEN if wanted else State.TOUCHED,
    )
