"""Clones of Classroom 50: one per student, named for classroom and assignment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.intake.commits import committed
from grader.intake.layouts.clones import CLASSROOM_FILES
from grader.intake.walking import EntryKind, Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.trees import HandIn, Tree

_KEY = re.compile(r"^[^\S\n]*(classroom|assignment):\s*['\"]?([\w.-]+)", re.MULTILINE)


class Classroom50:
    """Each repository has a file that names its classroom and assignment."""

    name = "classroom50"
    mark = f"each folder has {CLASSROOM_FILES[0]} in it"
    about: frozenset[str] = frozenset(CLASSROOM_FILES)

    def recognises(self, tree: Tree) -> bool:
        """Whether a repository with that file is there, at the top or one below."""
        return any(_metadata(tree, found) for found in _repositories(tree))

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each repository, as the student's whose login its name ends with."""
        for found in _repositories(tree):
            login = _login(tree, found)
            yield committed(tree, found, login)


LAYOUT = Classroom50()


def _repositories(tree: Tree) -> list[Found]:
    """Return the folders at the top, or those in them where assignments have one."""
    found: list[Found] = []
    for folder in tree.folders:
        inner = [f for f in tree.inside_of(folder) if f.kind is EntryKind.FOLDER]
        nested = [f for f in inner if _metadata(tree, f)]
        found += nested if nested and not _metadata(tree, folder) else [folder]
    return found


def _metadata(tree: Tree, folder: Found) -> str:
    return next((n for n in CLASSROOM_FILES if tree.holds(folder, n)), "")


def _login(tree: Tree, folder: Found) -> str:
    """Return the login: the name without classroom and assignment before it."""
    name = _metadata(tree, folder)
    path = (*folder.parts, name)
    keys = (
        dict(_KEY.findall(tree.text(Found(folder.root, path, name, EntryKind.FILE))))
        if name
        else {}
    )
    login = folder.name
    for key in ("classroom", "assignment"):
        value = keys.get(key, "")
        if value:
            login = login.removeprefix(f"{value}-")
    return login or folder.name
