"""Folders become submissions: for each student and exercise, the file to grade."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from grader.course import VISIBLE_CHECKS
from grader.errors import StudentError, UsageError, listed
from grader.intake.naming import SUFFIXES, Match, distinct_names, match, nearest
from grader.intake.reading import EmptyFileError, program_of, read_bytes
from grader.intake.walking import MAX_ENTRIES, PLACE_CAP, Found, Kind, entries, walk
from grader.model import Work
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LAYOUT = "one folder per student: <student>/<exercise>.py or .ipynb"
_MOST_NAMED = 10
_MOST_COMPARED = 100


class Intake(msgspec.Struct, frozen=True):
    """All that was handed in: one work per student and exercise, students sorted.

    `layout` says how the files were laid out; `notes` are facts about files that
    belong to no exercise.
    """

    work: tuple[Work, ...]
    layout: str
    notes: tuple[str, ...]


class _Candidate(msgspec.Struct, frozen=True):
    found: Found
    match: Match


def find_work(
    paths: Sequence[Path],
    exercise_ids: tuple[str, ...],
    leave_out: Path | None = None,
) -> Intake:
    """Return what each student handed in for each exercise.

    Args:
        paths: submissions folders, each with one folder per student.
        exercise_ids: the exercises, in the order in which the works come.
        leave_out: a folder that is no student's, wherever it lies: the reports.

    Raises:
        UsageError: a path holds no students, may not be read, or two paths hold the
            same student or each other; the message lists every problem.
    """
    roots, notes = _roots(paths)
    folders, outside = _student_folders(roots, leave_out)
    notes += outside
    names = distinct_names([folder.name for folder in folders])
    work: list[Work] = []
    for student, folder in sorted(zip(names, folders, strict=True)):
        works, remarks = _student_work(student, folder, exercise_ids)
        work += works
        notes += [f"{student}: {remark}" for remark in remarks]
    return Intake(work=tuple(work), layout=LAYOUT, notes=tuple(notes))


def _roots(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Return each submissions folder once, and a note for each named twice."""
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
            notes.append(f"{path}: named twice, and read once.")
        roots.setdefault(path.resolve(), path)
    problems = [
        f"{roots[inner]}: lies inside {roots[outer]}. Name one of the two."
        for inner in roots
        for outer in roots
        if inner != outer and inner.is_relative_to(outer)
    ]
    if problems:
        raise UsageError(listed(problems))
    return list(roots.values()), notes


def _trouble(path: Path) -> str:
    """Return why a path is no folder, or "" when it is one."""
    try:
        if path.is_dir():
            return ""
        return "got a file" if path.exists() else "found none"
    except OSError as error:
        return f"got an error: {error.strerror}"


def _student_folders(
    roots: list[Path], leave_out: Path | None
) -> tuple[list[Path], list[str]]:
    """Return the students' folders, and notes on what lies beside them."""
    problems: list[str] = []
    notes: list[str] = []
    places: dict[str, Path] = {}
    for root in roots:
        here = entries(root, root)
        folders = [
            thing.path
            for thing in here
            if thing.kind is Kind.FOLDER
            and (leave_out is None or thing.path.resolve() != leave_out.resolve())
        ]
        beside = [thing for thing in here if thing.kind is not Kind.FOLDER]
        if not folders:
            problems.append(_no_students(root, beside))
        elif beside:
            notes.append(
                f"{root}: not in a student's folder, and not graded: {_names(beside)}."
            )
        problems += [
            f"{_shown(folder)}: {_shown(places[folder.name])} is the same student, and "
            f"only one can be graded. Move them into one folder, or rename one."
            for folder in folders
            if folder.name in places
        ]
        places |= {folder.name: folder for folder in folders}
    if problems:
        raise UsageError(listed(problems))
    return list(places.values()), notes


def _no_students(root: Path, beside: list[Found]) -> str:
    files = any(thing.path.suffix.lower() in SUFFIXES for thing in beside)
    advice = "Name the folder above it." if files else "Correct the path."
    return (
        f"{root}: expected a folder per student in it, found "
        f"{'only ' + _names(beside) if beside else 'nothing'}. {advice}"
    )


def _student_work(
    student: str, folder: Path, exercise_ids: tuple[str, ...]
) -> tuple[list[Work], list[str]]:
    """Return a student's works in the exercises' order, and remarks on other files."""
    things, complete = walk(folder)
    candidates: dict[str, list[_Candidate]] = {name: [] for name in exercise_ids}
    others: list[Found] = []
    for thing in things:
        found = match(thing.name, exercise_ids)
        if found is not None:
            candidates[found.exercise].append(_Candidate(thing, found))
        elif thing.name != VISIBLE_CHECKS:
            others.append(thing)
    near = _near(others, exercise_ids)
    works = [
        _work(student, exercise, candidates[exercise], near.get(exercise, []))
        for exercise in exercise_ids
    ]
    missing = {work.exercise for work in works if work.file is None}
    hinted = {thing.path for name in missing for thing in near.get(name, [])}
    remarks = _remarks([thing for thing in others if thing.path not in hinted])
    if not complete:
        remarks.append(
            f"expected at most {MAX_ENTRIES} files and folders, all within reach; got "
            f"more, and not all of them were looked at."
        )
    return works, remarks


def _near(others: list[Found], exercise_ids: tuple[str, ...]) -> dict[str, list[Found]]:
    """Return the things whose name is near to an exercise's, by exercise."""
    near: dict[str, list[Found]] = {}
    for thing in others[:_MOST_COMPARED]:
        if thing.kind is Kind.FOLDER:
            meant = thing.name if thing.name in exercise_ids else None
        else:
            meant = nearest(thing.name, exercise_ids)
        if meant is not None:
            near.setdefault(meant, []).append(thing)
    return near


def _remarks(others: list[Found]) -> list[str]:
    files = [thing for thing in others if thing.kind is not Kind.FOLDER]
    return [f"not an exercise, and not graded: {_names(files)}."] if files else []


def _work(
    student: str, exercise: str, candidates: list[_Candidate], near: list[Found]
) -> Work:
    """Return what the best of the candidates holds, with notes on all of them.

    Args:
        student: the student's clean name.
        exercise: the exercise's id.
        candidates: what bears the exercise's name, or nearly.
        near: what may have been meant, told when there is no file to grade.
    """
    odd = [c.found for c in candidates if c.found.kind is not Kind.FILE]
    files = [c for c in candidates if c.found.kind is Kind.FILE]
    notes = tuple(_odd(thing) for thing in odd[:_MOST_NAMED])
    if not files:
        notes += tuple(_hint(thing, exercise) for thing in near[:_MOST_NAMED])
        return Work(student=student, exercise=exercise, notes=notes)
    best = max(files, key=_rank)
    notes += _choice(best, [c for c in files if c is not best])
    if not best.match.exact:
        suffix = best.found.path.suffix.lower()
        notes += (f"{best.found.place} was taken for {exercise}{suffix}.",)
    return _read(Work(student=student, exercise=exercise, notes=notes), best.found)


def _rank(candidate: _Candidate) -> tuple[bool, int, int, str]:
    """Return what decides which file is graded: the largest of these.

    A file with something in it, then the one saved last; of two saved at the same
    time, the one with the longer path (a copy's is), then the last by alphabet.
    """
    found = candidate.found
    path = str(found.path)
    return (found.size_bytes > 0, found.modified_ns, len(path), path)


def _choice(best: _Candidate, losers: list[_Candidate]) -> tuple[str, ...]:
    """Return one note for each file that was not graded, with the reason."""
    return tuple(
        f"{best.found.place} was graded, not {loser.found.place}: "
        f"{_reason(best.found, loser.found)}."
        for loser in losers[:_MOST_NAMED]
    )


def _reason(best: Found, loser: Found) -> str:
    if best.size_bytes and not loser.size_bytes:
        return "the other is empty"
    if best.modified_ns != loser.modified_ns:
        return "it was saved last"
    if len(str(best.path)) != len(str(loser.path)):
        return "both were saved at the same time, and its path is the longer one"
    return "both were saved at the same time, and its path is the last by alphabet"


def _read(work: Work, found: Found) -> Work:
    """Return the work with its file read: a program, an error, or "it is empty"."""
    work = msgspec.structs.replace(work, file=found.place)
    try:
        data = read_bytes(found.path)
    except StudentError as error:
        return msgspec.structs.replace(work, error=str(error))
    work = msgspec.structs.replace(work, sha256=hashlib.sha256(data).hexdigest())
    try:
        program = program_of(found.name, data)
    except EmptyFileError:
        return msgspec.structs.replace(
            work, notes=(*work.notes, f"{found.place} is empty.")
        )
    except StudentError as error:
        return msgspec.structs.replace(work, error=str(error))
    return msgspec.structs.replace(work, program=program)


def _odd(found: Found) -> str:
    if found.kind is Kind.FOLDER:
        return f"{found.place}: expected a file, got a folder. Hand in the file itself."
    if found.kind is Kind.LINK:
        return (
            f"{found.place}: expected a file, got a link, and links are not followed. "
            f"Hand in the file itself."
        )
    return f"{found.place}: expected a file, got something that cannot be read."


def _hint(thing: Found, exercise: str) -> str:
    if thing.kind is Kind.FOLDER:
        return f"{thing.place} is a folder without {exercise}.py or {exercise}.ipynb."
    return (
        f"{thing.place} was not graded: expected {exercise}.py or {exercise}.ipynb. "
        f"Rename it if it is meant."
    )


def _names(things: list[Found]) -> str:
    more = len(things) - _MOST_NAMED
    shown = ", ".join(
        f"{thing.place} (a link)" if thing.kind is Kind.LINK else thing.place
        for thing in things[:_MOST_NAMED]
    )
    return f"{shown} and {more} more" if more > 0 else shown


def _shown(path: Path) -> str:
    return clean_line(str(path), PLACE_CAP)
