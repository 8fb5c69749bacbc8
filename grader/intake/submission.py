"""One hand-in of one student becomes works, one for each exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.course import VISIBLE_CHECKS
from grader.course.questions import QUESTIONS
from grader.errors import StudentError
from grader.intake.choosing import MOST_NAMED, Choice, choose, saved
from grader.intake.helpers import with_helpers
from grader.intake.leftovers import leftovers
from grader.intake.lessons import Lesson, lessons
from grader.intake.naming import Match, match
from grader.intake.several import keys_of, together
from grader.intake.walking import MAX_ENTRIES, EntryKind, Found, Walked, read
from grader.model import Left, WhyLeft, Work

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from grader.intake.candidates import ExerciseForms


_WHAT = {
    EntryKind.FOLDER: "a folder",
    EntryKind.LINK: "a link",
    EntryKind.OTHER: "something that cannot be read",
}


class Submitted(NamedTuple):
    """One student's works in the exercises' order, and remarks on other files.

    `places` are where the files of a work lie that has several, by exercise.
    """

    works: list[Work]
    left: list[Left]
    remarks: list[str]
    places: dict[str, tuple[str, ...]]


def works_of(
    student: str,
    owner: str,
    walked: Walked,
    handouts: Mapping[str, ExerciseForms],
    about: frozenset[str] = frozenset(),
) -> Submitted:
    """Return the works among a student's files, and the files that are left over.

    Args:
        student: the student's clean name.
        owner: what the hand-in calls the student: its words may stand in file names.
        walked: the files, nearer ones first.
        handouts: each exercise as it was handed out.
        about: the names of files that a platform added.
    """
    keys = {name: keys_of(name, forms) for name, forms in handouts.items()}
    every = [key for own in keys.values() for key in own]
    named, others = _by_name(walked.things, every, owner, about)
    works: list[Work] = []
    left: list[Left] = []
    imported: set[str] = set()
    places: dict[str, tuple[str, ...]] = {}
    for exercise, forms in handouts.items():
        files = {key: named[key] for key in keys[exercise]}
        work = Work(student=student, exercise=exercise)
        if forms.parts:
            strange = tuple(name for name in handouts if name != exercise)
            choice, places[exercise] = together(work, _plain(files), forms, strange)
        else:
            choice = _chosen(work, files[exercise], handouts)
        work, helpers = _helped(choice.work, walked, forms.given)
        works.append(work)
        imported |= helpers
        left += choice.left
    others = [thing for thing in others if thing.place not in imported]
    given = {name for forms in handouts.values() for name in forms.given}
    left += [_given_left(student, t) for t in others if _called(t, given)]
    others = [thing for thing in others if not _called(thing, given)]
    found_there = lessons(others, _lacking(works), handouts)
    works = [_taught(work, found_there.get(work.exercise)) for work in works]
    taken = {lesson.found for lesson in found_there.values()}
    others = [thing for thing in others if thing not in taken]
    # Where files of a work lie, it is known which of them are missing.
    lacking = [name for name in _lacking(works) if not places.get(name)]
    rest = leftovers(student, others, lacking, handouts)
    left += rest.left
    left += [_refused(student, place) for place in walked.refused[:MOST_NAMED]]
    untold = [thing for thing in others if thing.parts not in rest.told]
    return Submitted(
        [_hinted(work, rest.hints.get(work.exercise, [])) for work in works],
        left,
        _remarks(walked, untold),
        places,
    )


def _by_name(
    things: Iterable[Found], keys: Sequence[str], owner: str, about: frozenset[str]
) -> tuple[dict[str, list[tuple[Found, Match]]], list[Found]]:
    """Return the files whose names fit each of the wanted ones, and all others."""
    named: dict[str, list[tuple[Found, Match]]] = {key: [] for key in keys}
    others: list[Found] = []
    for thing in things:
        found = match(thing.name, tuple(named), owner)
        if found is not None:
            named[found.exercise].append((thing, found))
        elif thing.name not in {VISIBLE_CHECKS, QUESTIONS, *about}:
            others.append(thing)
    return named, others


def _lacking(works: list[Work]) -> list[str]:
    return [w.exercise for w in works if w.program is None and w.error is None]


def _taught(work: Work, lesson: Lesson | None) -> Work:
    """Return the work that a part of a file with several is, if there is one."""
    if lesson is None:
        return work
    place = lesson.found.place
    were = "were" if lesson.much[0].isdecimal() else "was"
    note = (
        f"{place} holds several exercises: its first {lesson.much} {were} graded for "
        f"{work.exercise}."
    )
    return msgspec.structs.replace(
        work,
        file=place,
        sha256=lesson.digest,
        program=lesson.program,
        missing=None,
        notes=(*work.notes, note, *lesson.program.notes),
        delivery=saved(lesson.modified_ns),
    )


def _chosen(
    work: Work, named: list[tuple[Found, Match]], handouts: Mapping[str, ExerciseForms]
) -> Choice:
    """Return the best of the files as work, if there are any."""
    odd = [thing for thing, _ in named if thing.kind is not EntryKind.FILE][:MOST_NAMED]
    work = msgspec.structs.replace(work, notes=tuple(_odd(thing) for thing in odd))
    left = tuple(_odd_left(work, thing) for thing in odd)
    files = _files(named)
    if not files:
        return Choice(work, left)
    choice = choose(work, files, handouts[work.exercise])
    return Choice(choice.work, left + choice.left)


def _helped(
    work: Work, walked: Walked, given: Mapping[str, bytes]
) -> tuple[Work, set[str]]:
    """Return a work with the modules that it imports, and where these lie.

    Args:
        work: the work.
        walked: all of the student's files.
        given: what comes with the exercise.
    """
    if work.program is None:
        return work, set()
    own = next(thing for thing in walked.things if thing.place == work.file)
    above = own.parts[:-1]
    beside = {
        "/".join((*thing.parts[len(above) : -1], thing.name)): thing
        for thing in walked.things
        if thing.kind is EntryKind.FILE
        and (thing.root, thing.parts[: len(above)]) == (own.root, above)
    }

    def content(name: str) -> bytes | None:
        if name not in beside:
            return None
        try:
            return read(beside[name]).data
        except (OSError, StudentError):
            return None

    program = with_helpers(work.program, content, given)
    added = program.notes[len(work.program.notes) :]
    added += tuple(_not_as_given(given, content))
    helped = msgspec.structs.replace(work, program=program, notes=work.notes + added)
    return helped, {beside[block.label].place for block in program.helpers}


def _not_as_given(
    given: Mapping[str, bytes], content: Callable[[str], bytes | None]
) -> Iterator[str]:
    """Yield which files of a student are not as they came with the exercise."""
    for name, own in given.items():
        data = content(name)
        if data is not None and data.split() != own.split():
            yield (
                f"Your {name} is not graded: it is not as it was handed out with the "
                f"exercise, and the course's own was used."
            )


def _called(thing: Found, given: Collection[str]) -> bool:
    """Return whether a file has the name of one that comes with an exercise."""
    whole = "/".join((*thing.parts[:-1], thing.name))
    return thing.kind is EntryKind.FILE and any(
        f"/{whole}".endswith(f"/{name}") for name in given
    )


def _given_left(student: str, thing: Found) -> Left:
    said = "Not graded: handed out with the exercise."
    return Left(student, thing.place, WhyLeft.HANDOUT, said)


def _hinted(work: Work, hints: list[str]) -> Work:
    """Return the work with remarks on files that may be meant for it."""
    said = [work.missing, *hints] if work.missing else hints
    return msgspec.structs.replace(work, missing=" ".join(said) or None)


def _plain(
    named: dict[str, list[tuple[Found, Match]]],
) -> dict[str, list[tuple[Found, Match]]]:
    return {key: _files(files) for key, files in named.items()}


def _files(named: list[tuple[Found, Match]]) -> list[tuple[Found, Match]]:
    return [(thing, found) for thing, found in named if thing.kind is EntryKind.FILE]


def _remarks(walked: Walked, others: list[Found]) -> list[str]:
    files = [thing for thing in others if thing.kind is not EntryKind.FOLDER]
    remarks = []
    if files:
        remarks.append(f"not an exercise, and not graded: {names(files)}.")
    if walked.refused:
        remarks.append(
            f"expected folders that can be read, got: permission denied for "
            f"{', '.join(walked.refused[:MOST_NAMED])}. Let whoever grades read them."
        )
    if not walked.complete:
        remarks.append(
            f"expected at most {MAX_ENTRIES} files and folders, all within reach; got "
            f"more, and not all of them were looked at."
        )
    return remarks


def _refused(student: str, place: str) -> Left:
    said = "The folder may not be read by whoever grades."
    return Left(student, place, WhyLeft.UNREADABLE, said)


def _odd_left(work: Work, thing: Found) -> Left:
    said = f"It is not a file but {_WHAT[thing.kind]}."
    why = WhyLeft.UNREADABLE
    return Left(work.student, thing.place, why, said, work.exercise)


def _odd(thing: Found) -> str:
    follow = ", and links are not followed" if thing.kind is EntryKind.LINK else ""
    advice = "" if thing.kind is EntryKind.OTHER else " Hand in the file itself."
    return f"{thing.place}: expected a file, got {_WHAT[thing.kind]}{follow}.{advice}"


def names(things: list[Found]) -> str:
    """Return where some things lie, for a message: ten of them at most."""
    more = len(things) - MOST_NAMED
    shown = ", ".join(
        f"{thing.place} (a link)" if thing.kind is EntryKind.LINK else thing.place
        for thing in things[:MOST_NAMED]
    )
    return f"{shown} and {more} more" if more > 0 else shown
