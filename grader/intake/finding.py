"""Finds in folders the file to grade, for each student and exercise."""

from __future__ import annotations

from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.course import VISIBLE_CHECKS
from grader.errors import UsageError, listed
from grader.intake.candidates import Handout, handout_of
from grader.intake.choosing import MOST_NAMED, Choice, choose
from grader.intake.leftovers import leftovers
from grader.intake.naming import Match, distinct_names, ending_of, match
from grader.intake.walking import (
    MAX_ENTRIES,
    PLACE_CAP,
    EntryKind,
    Found,
    Walked,
    entries,
    walk,
)
from grader.model import Left, WhyLeft, Work
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LAYOUT = "one folder per student: <student>/<exercise>.py or .ipynb"
_WHAT = {
    EntryKind.FOLDER: "a folder",
    EntryKind.LINK: "a link",
    EntryKind.OTHER: "something that cannot be read",
}


class Intake(msgspec.Struct, frozen=True):
    """Everything handed in: one work per student and exercise, sorted by student.

    `layout` says how the files were laid out; `notes` are facts about files that
    belong to no exercise; `left` are the files that are not graded, and why.
    """

    work: tuple[Work, ...]
    layout: str
    notes: tuple[str, ...]
    left: tuple[Left, ...] = ()

    def only(self, exercises: tuple[str, ...]) -> Intake:
        """Return the works for these exercises, and the files left that may be theirs.

        A file that is no exercise's may be anybody's.
        """
        return msgspec.structs.replace(
            self,
            work=tuple(w for w in self.work if w.exercise in exercises),
            left=tuple(
                one
                for one in self.left
                if one.exercise is None or one.exercise in exercises
            ),
        )


class _Student(NamedTuple):
    """One student's works in the exercises' order, and remarks on other files."""

    works: list[Work]
    left: list[Left]
    remarks: list[str]


def find_work(
    paths: Sequence[Path],
    exercise_ids: tuple[str, ...],
    leave_out: Path | None = None,
    handouts: Mapping[str, tuple[Path, ...]] = MappingProxyType({}),
) -> Intake:
    """Return what each student handed in for each exercise.

    Args:
        paths: submissions folders, each with one folder per student.
        exercise_ids: the exercises, in the order in which the works come.
        leave_out: a folder that is no student's, wherever it lies: the reports.
        handouts: the files that were handed out for each exercise, where known: a
            file that says the same is no work.

    Raises:
        UsageError: a path holds no students, may not be read, or two paths hold the
            same student or each other; the message lists every problem.
    """
    roots, notes = _roots(paths)
    folders, outside, left = _student_folders(roots, leave_out)
    notes += outside
    given = {name: handout_of(handouts.get(name, ())) for name in exercise_ids}
    names = distinct_names([folder.name for folder in folders])
    work: list[Work] = []
    for student, folder in sorted(zip(names, folders, strict=True), key=itemgetter(0)):
        found = _student_work(student, folder, given)
        work += found.works
        left += found.left
        notes += [f"{student}: {remark}" for remark in found.remarks]
    return Intake(tuple(work), LAYOUT, tuple(notes), tuple(left))


def _roots(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return each submissions folder once, and a note on each that is named twice."""
    problems = [
        f"{_shown(path)}: expected a folder with one folder per student, {trouble}. "
        f"Correct the path."
        for path in paths
        if (trouble := _trouble(path))
    ]
    if problems or not paths:
        raise UsageError(
            listed(problems or ["submissions: expected a folder, got none. Name one."])
        )
    roots: dict[Path, Path] = {}
    notes = []
    for path in paths:
        if path.resolve() in roots:
            notes.append(f"{_shown(path)}: named twice, and read once.")
        roots.setdefault(path.resolve(), path)
    problems = [
        f"{_shown(roots[inner])}: lies inside {_shown(roots[outer])}. Name one of the "
        f"two."
        for inner in roots
        for outer in roots
        if inner != outer and inner.is_relative_to(outer)
    ]
    if problems:
        raise UsageError(listed(problems))
    return list(roots.values()), notes


def _trouble(path: Path) -> str:
    """Return why a path is not a folder, or "" if it is one."""
    try:
        if path.is_dir():
            return ""
        return "got a file" if path.exists() else "found none"
    except OSError as error:
        return f"got an error: {error.strerror}"


def _student_folders(
    roots: list[Path], leave_out: Path | None
) -> tuple[list[Found], list[str], list[Left]]:
    """Return the students' folders, and remarks on files beside them."""
    problems: list[str] = []
    notes: list[str] = []
    left: list[Left] = []
    places: dict[str, Found] = {}
    for root in roots:
        here = entries(root)
        folders = [
            thing
            for thing in here
            if thing.kind is EntryKind.FOLDER
            and (leave_out is None or thing.path.resolve() != leave_out.resolve())
        ]
        beside = [thing for thing in here if thing.kind is not EntryKind.FOLDER]
        if not folders:
            problems.append(_no_students(root, beside))
        elif beside:
            notes.append(
                f"{_shown(root)}: not in a student's folder, and not graded: "
                f"{_names(beside)}."
            )
            left += [_beside(thing) for thing in beside[:MOST_NAMED]]
        problems += [
            f"{_shown(folder.path)}: {_shown(places[folder.name].path)} is the same "
            f"student, and only one can be graded. Move them into one folder, or "
            f"rename one."
            for folder in folders
            if folder.name in places
        ]
        places |= {folder.name: folder for folder in folders}
    if problems:
        raise UsageError(listed(problems))
    return list(places.values()), notes, left


def _beside(thing: Found) -> Left:
    said = "It lies in no student's folder."
    return Left(None, thing.place, WhyLeft.PLACE, said)


def _no_students(root: Path, beside: list[Found]) -> str:
    files = any(ending_of(thing.name) for thing in beside)
    advice = "Name the folder above it." if files else "Correct the path."
    return (
        f"{_shown(root)}: expected a folder per student in it, found "
        f"{'only ' + _names(beside) if beside else 'nothing'}. {advice}"
    )


def _student_work(
    student: str, folder: Found, handouts: Mapping[str, Handout]
) -> _Student:
    """Return the works in a student's folder, and the files that are left over."""
    walked = walk(folder.root, folder.name)
    named: dict[str, list[tuple[Found, Match]]] = {name: [] for name in handouts}
    others: list[Found] = []
    for thing in walked.things:
        found = match(thing.name, tuple(handouts), folder.name)
        if found is not None:
            named[found.exercise].append((thing, found))
        elif thing.name != VISIBLE_CHECKS:
            others.append(thing)
    works: list[Work] = []
    left: list[Left] = []
    for exercise, files in named.items():
        choice = _chosen(Work(student=student, exercise=exercise), files, handouts)
        works.append(choice.work)
        left += choice.left
    lacking = [w.exercise for w in works if w.program is None and w.error is None]
    rest = leftovers(student, others, lacking, handouts)
    left += rest.left
    left += [_refused(student, place) for place in walked.refused[:MOST_NAMED]]
    untold = [thing for thing in others if thing.parts not in rest.told]
    return _Student(
        [_hinted(work, rest.hints.get(work.exercise, [])) for work in works],
        left,
        _remarks(walked, untold),
    )


def _chosen(
    work: Work, named: list[tuple[Found, Match]], handouts: Mapping[str, Handout]
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


def _hinted(work: Work, hints: list[str]) -> Work:
    """Return the work with remarks on files that may be meant for it."""
    said = [work.missing, *hints] if work.missing else hints
    return msgspec.structs.replace(work, missing=" ".join(said) or None)


def _files(named: list[tuple[Found, Match]]) -> list[tuple[Found, Match]]:
    return [(thing, found) for thing, found in named if thing.kind is EntryKind.FILE]


def _remarks(walked: Walked, others: list[Found]) -> list[str]:
    files = [thing for thing in others if thing.kind is not EntryKind.FOLDER]
    remarks = []
    if files:
        remarks.append(f"not an exercise, and not graded: {_names(files)}.")
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
    said = f"It is no file, but {_WHAT[thing.kind]}."
    why = WhyLeft.UNREADABLE
    return Left(work.student, thing.place, why, said, work.exercise)


def _odd(thing: Found) -> str:
    follow = ", and links are not followed" if thing.kind is EntryKind.LINK else ""
    advice = "" if thing.kind is EntryKind.OTHER else " Hand in the file itself."
    return f"{thing.place}: expected a file, got {_WHAT[thing.kind]}{follow}.{advice}"


def _names(things: list[Found]) -> str:
    more = len(things) - MOST_NAMED
    shown = ", ".join(
        f"{thing.place} (a link)" if thing.kind is EntryKind.LINK else thing.place
        for thing in things[:MOST_NAMED]
    )
    return f"{shown} and {more} more" if more > 0 else shown


def _shown(path: Path) -> str:
    return clean_line(str(path), PLACE_CAP)
