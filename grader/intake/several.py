"""Work in several files: which of a student's files they are, as one program."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from grader.course.parts import program_of_files
from grader.errors import StudentError
from grader.intake.choosing import Choice, choose
from grader.intake.naming import match
from grader.intake.reading import program_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.intake.candidates import ExerciseForms
    from grader.intake.naming import Match
    from grader.intake.walking import Found
    from grader.model import Elsewhere, Program, Work

    Candidates = list[tuple[Found, Match]]


def keys_of(exercise: str, forms: ExerciseForms) -> tuple[str, ...]:
    """Return what an exercise's files are called, without their endings."""
    return tuple(PurePosixPath(name).stem for name in forms.parts) or (exercise,)


def together(
    work: Work,
    named: Mapping[str, Candidates],
    forms: ExerciseForms,
    others: Sequence[str],
) -> tuple[Choice, tuple[str, ...]]:
    """Return the best of the files as one work, and where they lie.

    Args:
        work: the student's and the exercise's names, and what is noted so far.
        named: the files of each name.
        forms: the exercise as it was handed out.
        others: the other exercises: files in a folder of such a name are theirs.
    """
    near = _near(work.exercise, named, others)
    choices = {
        name: choose(work, files, forms.parts[name])
        for name in forms.parts
        if (files := near[PurePosixPath(name).stem])
    }
    found = {name: choice.program for name, choice in choices.items()}
    # What is missing is an empty module: what others import from it is missing, not it.
    texts = {name: _text(found.get(name)) for name in forms.parts}
    works = [choice.work for choice in choices.values()]
    places = tuple(w.file for w in works if w.file is not None)
    written = any(one.program is not None for one in works)
    digest = hashlib.sha256("".join(w.sha256 or "" for w in works).encode()).hexdigest()
    said = [text for one in works if (text := one.missing)]
    errors = [text for one in works if (text := one.error)]
    notes = [note for one in works for note in one.notes[len(work.notes) :]]
    notes += [*said, *errors] if written else []
    lacking = [name for name in forms.parts if name not in choices]
    program = None
    if written:
        program = msgspec.structs.replace(
            program_of_files(texts, digest),
            elsewhere=tuple(
                one for program in found.values() for one in _elsewhere(program)
            ),
        )
        notes += _said_of(lacking, tuple(forms.parts))
    elif works:
        said += [_lacks(lacking)] if lacking else []
    delivered = [one.delivery for one in works if one.delivery]
    chosen = msgspec.structs.replace(
        work,
        file=places[0] if places else None,
        sha256=digest if places else None,
        program=program,
        error=" ".join(errors) if errors and not written else None,
        missing=" ".join(said) if said and not (written or errors) else None,
        notes=(*work.notes, *dict.fromkeys(notes)),
        delivery=max(delivered, key=lambda one: one.at, default=None),
    )
    left = tuple(one for choice in choices.values() for one in choice.left)
    return Choice(chosen, left), places


def program_of_own(
    names: Sequence[str], read: Callable[[str], bytes | None]
) -> Program:
    """Return the program that a student's own files are.

    Args:
        names: what they are called.
        read: returns the content of a file, or None if there is none.

    Raises:
        StudentError: there is none of them, or one cannot be read.
    """
    contents = {name: data for name in names if (data := read(name)) is not None}
    lacking = [name for name in names if name not in contents]
    if not contents:
        raise StudentError(f"{_all(names)}: expected these files, found none of them.")
    programs = {name: program_of(name, data) for name, data in contents.items()}
    digests = "".join(program.sha256 for program in programs.values())
    whole = program_of_files(
        {name: _text(programs.get(name)) for name in names},
        hashlib.sha256(digests.encode()).hexdigest(),
    )
    notes = [note for program in programs.values() for note in program.notes]
    return msgspec.structs.replace(
        whole,
        elsewhere=tuple(f for p in programs.values() for f in _elsewhere(p)),
        notes=(*notes, *_said_of(lacking, names)),
    )


def _said_of(lacking: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return what a report says of the files of a work."""
    if not lacking:
        return [f"Read as one program: {_all(names)}."]
    return [f"{_lacks(lacking)} This exercise is {_all(names)}: hand in all of them."]


def _all(names: Sequence[str]) -> str:
    return " and ".join(names)


def _lacks(lacking: Sequence[str]) -> str:
    return f"There is no {' and no '.join(lacking)}."


def _near(
    exercise: str, named: Mapping[str, Candidates], others: Sequence[str]
) -> dict[str, Candidates]:
    """Return the files of each name, of the folder that most likely has the work.

    That is a folder of the exercise's name, or the one with most of the files. What it
    lacks may lie elsewhere, but in no folder of another exercise.
    """
    own = {
        key: [one for one in files if not _is_in(one[0], others)]
        for key, files in named.items()
    }
    folders: dict[tuple[str, ...], set[str]] = {}
    for key, files in own.items():
        for found, _ in files:
            folders.setdefault(_folder(found), set()).add(key)
    ranked = sorted(
        folders,
        key=lambda f: (not _is_named(f, (exercise,)), -len(folders[f]), len(f), f),
    )
    for folder in ranked[:1]:
        for key in folders[folder]:
            own[key] = [one for one in own[key] if _folder(one[0]) == folder]
    return own


def _folder(found: Found) -> tuple[str, ...]:
    return found.parts[:-1]


def _is_in(found: Found, others: Sequence[str]) -> bool:
    return _is_named(_folder(found), others)


def _is_named(folder: tuple[str, ...], exercises: Sequence[str]) -> bool:
    names = [match(f"{part}.py", tuple(exercises)) for part in folder[-1:]]
    return bool(exercises) and any(names)


def _text(program: Program | None) -> str:
    blocks = program.blocks if program else ()
    return "\n".join(block.source for block in blocks)


def _elsewhere(program: Program | None) -> tuple[Elsewhere, ...]:
    return program.elsewhere if program else ()
