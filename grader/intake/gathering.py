"""From paths to trees, and from hand-ins to their files; archives are unpacked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.errors import UsageError, listed
from grader.intake import layouts
from grader.intake.kinds import is_archive
from grader.intake.naming import ending_of
from grader.intake.repositories import ListedTree, is_list, listed_trees
from grader.intake.trees import Tree, fresh_in
from grader.intake.walking import (
    PLACE_CAP,
    EntryKind,
    Found,
    Walked,
    read_into,
    walk,
)
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.intake.trees import HandIn, IntakeOptions

_MOST_ARCHIVES = 5
_MOST_NESTED = 2
_MOST_WRAPPED = 3


class Gathered(NamedTuple):
    """All files of a hand-in, nearer ones first, and remarks on archives among them."""

    walked: Walked
    remarks: list[str]


def shown(path: Path) -> str:
    """Return a path for a message."""
    return clean_line(str(path), PLACE_CAP)


def opened(
    paths: Sequence[Path],
    exercises: tuple[str, ...],
    options: IntakeOptions,
    scratch: Path,
    leave_out: Path | None,
) -> tuple[list[Tree], list[str]]:
    """Return a tree for each folder and archive, and notes on the paths.

    Args:
        paths: folders and archives.
        exercises: the ids of the course's exercises.
        options: what is asked for.
        scratch: a folder of the run's own.
        leave_out: a folder that is no hand-in: the reports.

    Raises:
        UsageError: a path is neither, cannot be read, or lies in another; the message
            lists every problem.
    """
    roots, notes = _roots(paths)
    trees = []
    for path in roots.values():
        if path.is_dir():
            trees.append(
                Tree(path, shown(path), exercises, options, scratch, leave_out)
            )
            continue
        about = (shown(path), exercises, options, scratch)
        if is_list(path):
            make = partial(ListedTree, path, *about)
            fresh = partial(fresh_in, scratch)
            own, told = listed_trees(path, shown(path), make, fresh)
            trees += own
        else:
            folder, told = _unpacked_path(path, scratch)
            trees.append(_unwrapped(Tree(folder, *about, inside=True)))
        notes += told
    return trees, notes


def _roots(paths: Sequence[Path]) -> tuple[dict[Path, Path], list[str]]:
    """Return each path once, by where it really lies, and notes on the others.

    Raises:
        UsageError: a path is no hand-in, cannot be read, or lies in another.
    """
    problems = [
        f"{shown(path)}: expected a folder or an archive with hand-ins, or a .txt file "
        f"that lists repositories, {trouble}. Correct the path."
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
            notes.append(f"{shown(path)}: named twice, and read once.")
        roots.setdefault(path.resolve(), path)
    problems = [
        f"{shown(roots[inner])}: lies inside {shown(roots[outer])}. Name one of the "
        f"two."
        for inner in roots
        for outer in roots
        if inner != outer and inner.is_relative_to(outer)
    ]
    if problems:
        raise UsageError(listed(problems))
    return roots, notes


def _trouble(path: Path) -> str:
    """Return why a path is neither a folder nor an archive, or "" if it is one."""
    try:
        if path.is_dir() or is_list(path):
            return ""
        if path.is_file() and is_archive(path.name):
            return ""
        return "got a file" if path.exists() else "found none"
    except OSError as error:
        return f"got an error: {error.strerror}"


def _unpacked_path(path: Path, scratch: Path) -> tuple[Path, list[str]]:
    """Return the folder of an unpacked class, and notes on what was refused.

    Raises:
        UsageError: the archive is broken.
    """
    from grader.intake.archives import WHOLE_CLASS, unpack

    into = scratch / f"class{len(list(scratch.iterdir()))}"
    try:
        with path.open("rb") as file:
            unpacked = unpack(file, into, WHOLE_CLASS)
    except PermissionError as error:
        raise UsageError(
            f"{shown(path)}: it cannot be read: {error.strerror}."
        ) from error
    if unpacked.broken:
        raise UsageError(
            f"{shown(path)}: this archive cannot be read: {unpacked.broken}. Download "
            f"it again, or unpack it and name the folder."
        )
    return into, [f"{shown(path)}: {one}." for one in unpacked.refused]


def _unwrapped(tree: Tree) -> Tree:
    """Return the tree below folders that only wrap it, as archives often have them."""
    for _ in range(_MOST_WRAPPED):
        if len(tree.top) != 1 or not tree.folders:
            return tree
        (folder,) = tree.folders
        inner = Tree(
            *(folder.path, tree.shown, tree.exercises, tree.options, tree.scratch),
            inside=True,
        )
        is_own = any(ending_of(f.name) for f in inner.files)
        if fits(tree) or (is_own and not fits(inner)):
            return tree
        tree = inner
    return tree


def fits(tree: Tree) -> bool:
    """Whether a tree has the layout of a platform."""
    return layouts.layout_of(tree).name != layouts.PLAIN


def files_of(hand_in: HandIn, tree: Tree) -> Gathered:
    """Return the files of a hand-in, with those in archives in the archives' place."""
    found = hand_in.found
    if found.kind is EntryKind.FOLDER:
        walked = walk(found.root, *found.parts)
        if not any(_is_program(thing) for thing in walked.things):
            walked = walk(found.root, *found.parts, copies=True)
    else:
        walked = Walked([found], [], complete=True)
    things = [_marked(thing, found) for thing in walked.things]
    remarks: list[str] = []
    tried: list[Found] = []
    for _ in range(_MOST_NESTED):
        for archive in [t for t in things if _is_archive(t) and t not in tried]:
            tried.append(archive)
            if len(tried) > _MOST_ARCHIVES:
                remarks.append(f"{archive.place}: so many archives are not all opened.")
                break
            inner, told = _unpacked(archive, tree)
            remarks += told
            # One that holds nothing stays, and is named as what it is.
            if inner:
                things.remove(archive)
                things += inner
    return Gathered(Walked(things, walked.refused, walked.complete), remarks)


def _marked(thing: Found, found: Found) -> Found:
    return msgspec.structs.replace(thing, inside=True) if found.inside else thing


def _is_program(thing: Found) -> bool:
    return thing.kind is EntryKind.FILE and ending_of(thing.name) is not None


def _is_archive(thing: Found) -> bool:
    return thing.kind is EntryKind.FILE and is_archive(thing.name)


def _unpacked(archive: Found, tree: Tree) -> tuple[list[Found], list[str]]:
    """Return what a student's archive holds, and remarks on what was refused."""
    from grader.intake.archives import ONE_STUDENT, unpack

    folder = tree.fresh()
    try:
        opened_file = read_into(archive)
    except OSError as error:
        return [], [f"{archive.place}: it cannot be read: {error.strerror}."]
    with opened_file as file:
        # Deeper than any file beside the archive, which is graded in its place.
        unpacked = unpack(file, folder / "of" / "archive", ONE_STUDENT)
    told = [f"{archive.place}: {one}." for one in unpacked.refused]
    if unpacked.broken:
        told.append(
            f"{archive.place}: this archive cannot be read to its end: "
            f"{unpacked.broken}."
        )
    inner = walk(folder, "of", "archive").things
    return [
        msgspec.structs.replace(
            thing,
            place=clean_line(f"{archive.place}/{thing.place}", PLACE_CAP),
            inside=True,
        )
        for thing in inner
    ], told
