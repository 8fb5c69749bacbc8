"""Finds the exercises that a student has, by their visible checks."""

from __future__ import annotations

from pathlib import Path

from grader.course.beside import told_in, written_in
from grader.course.exercise import VISIBLE_CHECKS, Exercise
from grader.course.loading import EXERCISES, ID
from grader.errors import UsageError
from grader.model import Limits


def find_visible(near: Path) -> tuple[Exercise, ...]:
    """Return the exercises that a student has, with their visible checks.

    They are those of the first `exercises/` folder in `near` or a folder above it;
    a folder that holds visible checks itself comes first. Such a folder may have any
    name, `autograd (1)` or `week3`: the files beside the checks say what they are for.

    Raises:
        UsageError: no folder around `near` holds visible checks.
    """
    start = near if near.is_dir() else near.parent
    folders = [start] if (start / VISIBLE_CHECKS).is_file() else []
    for folder in (start, *start.parents):
        found = sorted((folder / EXERCISES).glob(f"*/{VISIBLE_CHECKS}"))
        if found:
            folders += [path.parent for path in found]
            break
    if not folders:
        raise UsageError(
            f"{near}: the checks are not here. They come with the exercise, in a file "
            f"`{VISIBLE_CHECKS}` beside it. Download the whole folder, or name the one "
            f"that holds them with --course DIR."
        )
    named = [(_id_of(folder, near), folder) for folder in dict.fromkeys(folders)]
    return tuple(
        Exercise(
            id=name,
            title=name,
            points=0.0,
            limits=Limits(),
            visible_checks=folder / VISIBLE_CHECKS,
            files=told_in(folder / VISIBLE_CHECKS),
            written=written_in(folder / VISIBLE_CHECKS),
        )
        for name, folder in named
    )


def _id_of(folder: Path, near: Path) -> str:
    """Return the exercise that a folder's visible checks are for.

    Its own name counts if a file in it has that name, or none is named as an exercise.
    """
    files = [path for path in folder.iterdir() if path.suffix in (".py", ".ipynb")]
    stems = {path.stem for path in files if ID.match(path.stem)}
    stems -= {Path(VISIBLE_CHECKS).stem, "conftest"}
    stems -= {Path(name).stem for name in written_in(folder / VISIBLE_CHECKS)}
    if folder.name in stems or not stems:
        return folder.name
    return near.stem if near.stem in stems else min(stems)
