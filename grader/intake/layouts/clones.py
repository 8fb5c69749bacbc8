"""A folder of git clones: what was committed is graded, and commits tell the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.intake.commits import committed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.trees import HandIn, Tree

CLASSROOM_FILES = (".classroom50.yaml", ".classroom50.yml")


class Clones:
    """Each folder is a student's clone."""

    name = "clones"
    mark = "each folder has .git in it"
    about: frozenset[str] = frozenset()

    def recognises(self, tree: Tree) -> bool:
        """Whether most folders are clones, and not of Classroom 50."""
        clones = [found for found in tree.folders if tree.holds(found, ".git", "HEAD")]
        if not clones or 2 * len(clones) <= len(tree.folders):
            return False
        return not any(
            tree.holds(found, name) for found in clones for name in CLASSROOM_FILES
        )

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield what was committed last in each clone; other folders as they are."""
        for found in tree.folders:
            yield committed(tree, found, found.name)


LAYOUT = Clones()
