"""One file per student and exercise: `s001_autograd.py`, `autograd-s001.ipynb`."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

import msgspec

from grader.intake.naming import ending_of
from grader.intake.trees import HandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.intake.trees import Tree
    from grader.intake.walking import Found

_ENDINGS = re.compile(r"(?:\.(?:py|ipynb|pyw|txt|json)){1,8}\Z", re.IGNORECASE)
_ATTEMPT = re.compile(
    r"[\W_]{0,4}(?:attempt|versuch|try|v|version|\()[\W_]{0,4}(\d{1,3})\)?\Z",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?:^|[\W_])(?:final|copy|kopie|neu|new|fixed|late|submission)\Z", re.IGNORECASE
)
_CANVAS_S = re.compile(r"_\d+_\d+\Z")
_EDGES = " _-.,+()[]"


class Files:
    """The name of each file has the student and the exercise in it."""

    name = "files"
    mark = "one file per student and exercise: <student>_<exercise>.py or .ipynb"
    about: frozenset[str] = frozenset()

    def recognises(self, tree: Tree) -> bool:
        """Whether most programs at the top are named so, and no folder holds any."""
        named = [found for found in tree.programs if _of(tree, found)]
        if not named or 2 * len(named) <= len(tree.programs):
            return False
        return not any(
            ending_of(inner.name)
            for folder in tree.folders[:50]
            for inner in tree.inside_of(folder)
        )

    def hand_ins(self, tree: Tree) -> Iterator[HandIn]:
        """Yield each file whose name has a student and an exercise in it."""
        for found in tree.programs:
            parted = _of(tree, found)
            if parted:
                student, attempt, called = parted
                yield HandIn(
                    student,
                    msgspec.structs.replace(found, called=called),
                    None,
                    attempt,
                )


LAYOUT = Files()


def _of(tree: Tree, found: Found) -> tuple[str, int, str] | None:
    """Return the student, the attempt and the exercise's file of a name, or None."""
    stem, suffix = _ENDINGS.sub("", found.name), ending_of(found.name)
    if "_assignsubmission_" in stem or "_attempt_20" in stem:
        return None
    for exercise in sorted(tree.exercises, key=len, reverse=True):
        hit = _spelt(exercise).search(stem)
        if hit is None:
            continue
        before, after = stem[: hit.start()], stem[hit.end() :]
        if _CANVAS_S.search(before):
            return None  # a download from Canvas has two numbers before the name
        numbered = _ATTEMPT.search(after)
        attempt = int(numbered[1]) if numbered else 1
        after = _ATTEMPT.sub("", after)
        student = _plain(before) or _plain(after)
        return (student, attempt, f"{exercise}{suffix}") if student else None
    return None


@functools.cache
def _spelt(exercise: str) -> re.Pattern[str]:
    """Return the pattern of an id in a name, however its words are parted."""
    words = r"[\W_]*+".join(map(re.escape, exercise.split("_")))
    return re.compile(rf"(?:^|[\W_]){words}(?![^\W_])", re.IGNORECASE)


def _plain(text: str) -> str:
    while (shorter := _MARK.sub("", text.strip(_EDGES))) != text:
        text = shorter
    return text
