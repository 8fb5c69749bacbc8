"""One folder per student: `<student>/<exercise>.py`, or an archive in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.intake.kinds import is_archive, stem_of
from grader.intake.naming import match
from grader.intake.trees import HandIn, each
from grader.intake.walking import EntryKind
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.trees import Tree
    from grader.intake.walking import Found

_COLLECTIONS = ("submissions", "submission", "submitted", "abgaben", "hand-ins")
_SEVERAL = 2
_MOST_LOOKED_AT = 200


class Folders:
    """Each folder is a student, and so is each archive beside them."""

    name = "folders"
    mark = "one folder per student, or archive: <student>/<exercise>.py or .ipynb"
    about: frozenset[str] = frozenset()

    def recognises(self, tree: Tree) -> bool:
        """Whether there is a folder, or an archive."""
        return any(_is_student(found) for found in tree.top)

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each folder, and each archive."""
        for found in tree.top:
            if _is_student(found):
                archive = found.kind is EntryKind.FILE
                name = stem_of(found.name) if archive else found.name
                yield HandIn(name, found)


LAYOUT = Folders()


def refuse_other_shapes(tree: Tree) -> None:
    """Make sure that folders at the top are students, as far as names tell.

    Raises:
        UsageError: they are exercises, groups, or one collection of all hand-ins.
    """
    exercises = [f for f in tree.folders if f.name in tree.exercises]
    if exercises:
        raise _refused(tree, exercises, "is an exercise, not a student")
    collections = [f for f in tree.folders if _is_collection(tree, f)]
    if collections:
        raise _refused(tree, collections, "holds the students, and is none")
    looked_at = tree.folders[:_MOST_LOOKED_AT]
    groups = [folder for folder in looked_at if _is_group(tree, folder)]
    if groups and all(f in groups or not tree.inside_of(f) for f in looked_at):
        raise _refused(
            tree, groups, "holds several folders with the same exercise, as groups do"
        )


def _is_student(found: Found) -> bool:
    return found.kind is EntryKind.FOLDER or (
        found.kind is EntryKind.FILE and is_archive(found.name)
    )


def _is_collection(tree: Tree, folder: Found) -> bool:
    """Whether a folder has the name of all hand-ins, and holds folders and no work."""
    if folder.name.casefold() not in _COLLECTIONS:
        return False
    inside = tree.inside_of(folder)
    work = any(_exercise(tree, found) for found in inside)
    return not work and any(found.kind is EntryKind.FOLDER for found in inside)


def _is_group(tree: Tree, folder: Found) -> bool:
    """Whether a folder holds no work itself, and folders that hold the same."""
    inside = tree.inside_of(folder)
    if any(_exercise(tree, found) for found in inside):
        return False
    counts: dict[str, int] = {}
    for below in inside[:_MOST_LOOKED_AT]:
        if below.kind is EntryKind.FOLDER:
            files = tree.inside_of(below)
            for exercise in {_exercise(tree, found) for found in files} - {""}:
                counts[exercise] = counts.get(exercise, 0) + 1
    return max(counts.values(), default=0) >= _SEVERAL


def _exercise(tree: Tree, found: Found) -> str:
    if found.kind is not EntryKind.FILE:
        return ""
    matched = match(found.name, tree.exercises)
    return matched.exercise if matched else ""


def _refused(tree: Tree, folders: list[Found], what: str) -> UsageError:
    first = clean_line(folders[0].name, 80)
    paths = " ".join(f"{tree.shown}/{each([f.name])}" for f in folders[:3])
    more = " …" if len(folders) > len(folders[:3]) else ""
    return UsageError(
        f"{tree.shown}: expected one folder per student, but '{first}' {what}. Type "
        f"`grader grade {paths}{more}`, or `--layout folders` if it is a student's "
        f"folder after all."
    )
