"""Files that a course gives out with an exercise: its data, and modules of its own."""

from __future__ import annotations

import re
import sys
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from grader.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

GIVEN: Final = "given.py"
# A worker has them in its memory, among what programs write.
MOST_BYTES: Final = 16 << 20
# What is not data of the course, or what only the instructor has.
_SOLUTIONS: Final = ("solution.py", "solution.ipynb")
_OWN: Final = frozenset({*_SOLUTIONS, "mistakes.py", "alternatives.py"})
_TOLD: Final = re.compile(r"^# It comes with: (.+)$", re.MULTILINE)
_WRITTEN: Final = re.compile(r"^# You write: (.+)$", re.MULTILINE)
_MODULE: Final = re.compile(r"\b[A-Za-z]\w*+\.py")


def told(names: Sequence[str], written: Sequence[str] = ()) -> str:
    """Return the lines by which a file of visible checks says what belongs to it.

    Args:
        names: of what comes with the exercise.
        written: the files that students write, if their names are not the exercise's.
    """
    lines = f"# You write: {', '.join(written)}\n" if written else ""
    return lines + (f"# It comes with: {', '.join(names)}\n" if names else "")


def told_in(checks: Path) -> tuple[str, ...]:
    """Return what a student's file of visible checks says that comes with it."""
    names = _listed(_TOLD, checks)
    return tuple(name for name in names if not any(_misplaced(checks.parent, name)))


def written_in(checks: Path) -> tuple[str, ...]:
    """Return which files a student's file of visible checks says that they write."""
    return tuple(name for name in _listed(_WRITTEN, checks) if _MODULE.fullmatch(name))


def _listed(line: re.Pattern[str], checks: Path) -> list[str]:
    found = line.search(checks.read_text(encoding="utf-8", errors="replace"))
    return found[1].split(", ") if found else []


def given_in(folder: Path, names: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
    """Return the name and content of each file that comes with an exercise.

    Args:
        folder: the exercise's.
        names: of the files that the course file lists; `given.py` needs no mention.
    """
    listed = dict.fromkeys((GIVEN, *names))
    found = ((name, folder / name) for name in listed)
    return tuple((name, path.read_bytes()) for name, path in found if path.is_file())


def problems_of(folder: Path, names: Sequence[str]) -> list[str]:
    """Return what is wrong with the files that a course file lists for an exercise."""
    problems = [problem for name in names for problem in _misplaced(folder, name)]
    size = sum(len(content) for _, content in given_in(folder, names))
    if not problems and size > MOST_BYTES:
        problems.append(
            f"expected {MOST_BYTES >> 20} MB at most in all, got {size / 2**20:.0f} "
            f"MB. Let checks make what is large."
        )
    return problems


def problems_of_written(
    folder: Path, written: Sequence[str], given: Sequence[str], *, needed: bool
) -> list[str]:
    """Return what is wrong with the files that students are to write.

    Args:
        folder: the exercise's.
        written: their names.
        given: the names of what comes with the exercise.
        needed: whether there must be any.
    """
    if needed and not written:
        return ["student: expected the files that students write, got none."]
    problems = []
    for number, name in enumerate(written):
        if not _MODULE.fullmatch(name) or name in _OWN or name.startswith("test_"):
            problems.append(f"{name!r} is no module that students write, as model.py.")
        elif name.removesuffix(".py") in sys.stdlib_module_names:
            problems.append(f"{name!r} would hide Python's own module. Rename it.")
        elif name in (GIVEN, *given, *written[:number]):
            problems.append(f"{name!r} is listed twice, or is given. Keep one.")
        elif not (folder / name).is_file():
            others = [each.name for each in folder.iterdir()] if folder.is_dir() else []
            near = did_you_mean(name, others)
            problems.append(f"expected the solved {name!r} there, found none.{near}")
    both = [name for name in _SOLUTIONS if written and (folder / name).is_file()]
    problems += [f"{name} is none of the files that students write." for name in both]
    return problems


def _misplaced(folder: Path, name: str) -> Iterator[str]:
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in name
    if not inside or "," in name or str(path) != name:
        yield f"{name!r} is no path below the exercise's folder, as data/points.csv is."
    elif name in _OWN or path.name.startswith("test_") or path.suffix == ".ipynb":
        yield f"{name!r} is not for students. List what they may have."
    elif path.suffix == ".py" and len(path.parts) > 1:
        yield f"{name!r} cannot be imported from there. Put it beside the solution."
    elif not (folder / name).is_file():
        others = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        near = did_you_mean(name, others)
        yield f"expected a file {name!r} beside the solution, found none.{near}"
