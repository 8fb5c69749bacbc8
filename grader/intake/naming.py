"""Tells from a file's name which exercise it is for, even if the name is not exact."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

import msgspec

from grader.intake.marks import Words, fold, only_marks, words_of
from grader.intake.reading import NOTEBOOK_SUFFIX, SCRIPT_SUFFIX
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIXES = (SCRIPT_SUFFIX, NOTEBOOK_SUFFIX)
NAME_CAP = 100
# An ending is at the end, or before something added later: `x.py.txt`, `x.ipynb.1`.
_ENDING = re.compile(r"\.(py|ipynb|pyw|txt|text|json)(?![a-z0-9~])", re.IGNORECASE)
_PROGRAM_ENDINGS = {"py": SCRIPT_SUFFIX, "pyw": SCRIPT_SUFFIX, "ipynb": NOTEBOOK_SUFFIX}
# Copies that an editor makes automatically beside the file that was saved.
_EDITORS_OWN = re.compile(r"\A[#~$]|[~#]\Z")
_LONGEST_MISSPELT = 60
_LONGEST_NAME = 255
_SHORTEST_OWN = 3
_MOST_WORDS = 40
_PLAINLY = 0.1
_BETWEEN = re.compile(r"[\W_]+")


class Match(msgspec.Struct, frozen=True):
    """The exercise that a name stands for; `exact` when it is the name handed out.

    `suffix` is the ending that the file was given last.
    """

    exercise: str
    suffix: str
    exact: bool


def match(name: str, exercise_ids: tuple[str, ...], owner: str = "") -> Match | None:
    """Return the exercise that a file of this name is for, or None.

    Case, separators, doubled endings and the marks of a copy or a version are ignored
    (`autograd (1).py`, `Kopie von autograd.ipynb`, `01_Autograd_final.py.txt`). A name
    that could stand for two exercises stands for none.

    Args:
        name: the file's name.
        exercise_ids: the exercises.
        owner: what the student's folder is called: its words may stand in the name.
    """
    stem, dot, ending = name.rpartition(".")
    if dot + ending in SUFFIXES and stem in exercise_ids:
        return Match(stem, dot + ending, exact=True)
    suffix = ending_of(name)
    possible = meanings(name, exercise_ids, owner) if suffix else ()
    if suffix is None or len(possible) != 1:
        return None
    return Match(possible[0], suffix, exact=False)


def ending_of(name: str) -> str | None:
    """Return the last ending of a name that a program has, or None."""
    endings = [found.lower() for found in _ENDING.findall(name)]
    suffixes = [_PROGRAM_ENDINGS[x] for x in endings if x in _PROGRAM_ENDINGS]
    return suffixes[-1] if suffixes else None


def meanings(
    name: str, exercise_ids: tuple[str, ...], owner: str = ""
) -> tuple[str, ...]:
    """Return the exercises that a name without its endings could stand for.

    If the name of one exercise is part of another's, the longer one counts, provided
    that it is there letter by letter.
    """
    if _EDITORS_OWN.search(name) or len(name) > _LONGEST_NAME:
        return ()
    stem = _ENDING.sub(" ", name)
    words = words_of(stem)
    if len(words) > _MOST_WORDS:
        return ()
    pieces = map(words_of, _BETWEEN.split(owner))
    own = [piece for piece in pieces if _telling(piece)]
    found = {
        exercise: run
        for exercise in exercise_ids
        for run in _runs(words, exercise)
        if only_marks(words[: run[0]], words[run[1] :], own)
    }
    verbatim = [found[exercise] for exercise in found if exercise in stem.lower()]
    return tuple(
        exercise
        for exercise, (start, end) in found.items()
        if not any(
            first <= start and end <= last and last - first > end - start
            for first, last in verbatim
        )
    )


def _together(words: Words) -> str:
    return "".join(word.text for word in words)


def _telling(words: Words) -> bool:
    return len(_together(words)) >= _SHORTEST_OWN


def _runs(words: Words, exercise: str) -> Iterator[tuple[int, int]]:
    """Yield where consecutive words, written together, are the exercise's name."""
    wanted = _together(words_of(exercise))
    if wanted not in _together(words):
        return
    for start in range(len(words)):
        together = ""
        for end in range(start, len(words)):
            together += words[end].text
            if together == wanted:
                yield start, end + 1
            if len(together) >= len(wanted):
                break


def nearest(name: str, exercise_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return the exercises whose file this name may have been meant for."""
    stem = fold(name.split(".", maxsplit=1)[0])
    if not stem or len(stem) > _LONGEST_MISSPELT:
        return ()
    inside = tuple(exercise for exercise in exercise_ids if exercise in stem)
    near = difflib.get_close_matches(stem, exercise_ids, n=2)
    ratios = [difflib.SequenceMatcher(None, stem, x).ratio() for x in near]
    return inside or tuple(
        exercise
        for exercise, ratio in zip(near, ratios, strict=True)
        if ratios[0] - ratio < _PLAINLY
    )


def distinct_names(raw: list[str], others: Iterable[str] = ()) -> list[str]:
    """Return a clean name for each raw one, in the same order, all different.

    A name that needs no cleaning stays as it is; the others get a number.

    Args:
        raw: the names.
        others: names that are taken.
    """
    reserved = set(others)
    cleaned = {name: clean_line(name, NAME_CAP) or "unnamed" for name in raw}
    names: dict[str, str] = {
        name: name for name in raw if cleaned[name] == name and name not in reserved
    }
    taken = set(names) | reserved
    for name in sorted(set(raw) - set(names)):
        names[name] = _free(cleaned[name], taken)
        taken.add(names[name])
    return [names[name] for name in raw]


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        mark = f" ({number})"
        free = clean_line(name, NAME_CAP - len(mark)) + mark
    return free
