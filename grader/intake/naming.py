"""A file's name says which exercise it is for, also when it is not quite the name."""

from __future__ import annotations

import difflib
import re
from pathlib import PurePosixPath

import msgspec

from grader.intake.reading import NOTEBOOK_SUFFIX, SCRIPT_SUFFIX
from grader.text import clean_line

SUFFIXES = (SCRIPT_SUFFIX, NOTEBOOK_SUFFIX)
NAME_CAP = 100
# What browsers, learning platforms, Windows, macOS and Colab add to a second copy.
_COPY = re.compile(r"(?: ?\(\d+\)|-\d+| \d+|(?: - |[ _-])copy)\Z")
_COPY_OF = "copy of "
_LONGEST_MISSPELT = 60


class Match(msgspec.Struct, frozen=True):
    """The exercise that a name stands for; `exact` when it is the name handed out."""

    exercise: str
    exact: bool


def match(name: str, exercise_ids: tuple[str, ...]) -> Match | None:
    """Return the exercise that a file of this name is for, or None.

    Upper case and the marks of a copy (`autograd (1).py`, `Copy of autograd.ipynb`)
    are seen through.
    """
    path = PurePosixPath(name)
    if path.suffix.lower() not in SUFFIXES:
        return None
    if path.suffix in SUFFIXES and path.stem in exercise_ids:
        return Match(path.stem, exact=True)
    stem = path.stem.lower()
    while stem not in exercise_ids:
        shorter = _COPY.sub("", stem.removeprefix(_COPY_OF)).strip()
        if shorter == stem:
            return None
        stem = shorter
    return Match(stem, exact=False)


def nearest(name: str, exercise_ids: tuple[str, ...]) -> str | None:
    """Return the exercise whose file this name may have been meant for, or None."""
    stem = name.split(".", maxsplit=1)[0].lower()
    if not stem or len(stem) > _LONGEST_MISSPELT:
        return None
    return next(iter(difflib.get_close_matches(stem, exercise_ids, n=1)), None)


def distinct_names(raw: list[str]) -> list[str]:
    """Return a clean name for each raw one, in their order, no two alike.

    Whoever has a name that needs no cleaning keeps it; the others get a number.
    """
    cleaned = {name: clean_line(name, NAME_CAP) or "unnamed" for name in raw}
    names: dict[str, str] = {name: name for name in raw if cleaned[name] == name}
    taken = set(names)
    for name in sorted(set(raw) - taken):
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
