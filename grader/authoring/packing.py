"""One archive of a course to hand out: all that a student needs, and nothing else.

Its notebooks have a cell that checks after each function, and a first cell that says
what to do where the kit is missing. The same course gives the same bytes.
"""

from __future__ import annotations

import ast
import importlib.metadata
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any, Final

import msgspec
import nbformat

from grader import __version__
from grader.authoring.release import plan_of
from grader.course import EXERCISES
from grader.course.handout import HANDOUT, HandedOut, Handout
from grader.files import write_or_tell
from grader.text import NOT_WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course import Course, Exercise

LOCK: Final = "requirements.txt"
_PINNED: Final = ("torch", "numpy", "matplotlib")
# Nothing of the machine that packs is in the archive, not even its clock.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_INSTALL: Final = """\
try:
    from grader import check
except ModuleNotFoundError:
    print("To check your work: %pip install torch-grader, then restart the kernel.")
    def check(*names): print("The package torch-grader is not installed.")
"""
_README: Final = """\
# {title}

{exercises}

Fill in the notebook or the script of an exercise, whichever you like; you need one.

## Install

You need Python 3.11 or later. In this folder, type

    python -m pip install -r requirements.txt
    grader check

The first line installs what the exercises need, the second checks all of them. In a
notebook, run the cell `check(...)` below each function.

## When it does not work

- *`python` or `grader` is not found*: try `python3`, or `py` on Windows, and
  `python -m grader check`.
- *A version of torch is not found*: your Python is older than 3.11 or very new. Install
  Python 3.12, and type the first line again.
- *The checks are not here*: keep each notebook in its folder, beside `test_visible.py`.
- *Nothing changes*: save the notebook first. What is checked is the file.

## Hand in

    grader submit-file exercises/{first}

writes one file to hand in, into the folder `hand_in`.
"""


def pack(course: Course, archive: Path) -> Path:
    """Return the archive with all that students get of a course that is released.

    Raises:
        AuthorError: the course cannot be released.
        OperatorError: the archive cannot be written.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(_files(course)):
            entry = zipfile.ZipInfo(f"{archive.stem}/{name}", _DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    write_or_tell(archive, made.getvalue(), "Name another file.")
    return archive


def _files(course: Course) -> Iterator[tuple[str, bytes]]:
    """Yield each file's name in the archive and its content."""
    listed = tuple(
        HandedOut(exercise.id, exercise.title, exercise.points, exercise.learnt)
        for exercise in course.exercises
    )
    handout = Handout(course.title, listed, __version__)
    yield "README.md", _readme(course).encode()
    yield LOCK, _lock().encode()
    data = msgspec.json.format(msgspec.json.encode(handout), indent=1)
    yield f"{EXERCISES}/{HANDOUT}", data
    for path, content in plan_of(course).files.items():
        name = path.relative_to(course.root).as_posix()
        # The record of what a release wrote is the author's.
        if name.startswith(f"{EXERCISES}/"):
            is_notebook = path.suffix == ".ipynb"
            yield (
                name,
                with_checks(content.decode()).encode() if is_notebook else content,
            )


def with_checks(notebook: str) -> str:
    """Return a released notebook with cells that check, the same for the same one."""
    document = json.loads(notebook)
    cells: list[dict[str, Any]] = []
    for cell in document["cells"]:
        if cell["cell_type"] == "code" and not any(
            each["cell_type"] == "code" for each in cells
        ):
            cells.append(_cell("install", _INSTALL))
        cells.append(cell)
        cells += [_cell(f"check-{n}", f"check({n})") for n in _holes(cell)]
    document["cells"] = cells
    nbformat.validate(document)
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _cell(name: str, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": text.strip().splitlines(keepends=True),
    }


def _holes(cell: dict[str, Any]) -> list[str]:
    """Return the functions and classes of a cell that students write."""
    text = "".join(cell["source"])
    if cell["cell_type"] != "code" or NOT_WRITTEN not in text:
        return []
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [node.name for node in ast.parse(text).body if isinstance(node, kinds)]


def _readme(course: Course) -> str:
    lines = [
        f"- `{EXERCISES}/{exercise.id}/`: {exercise.title}"
        for exercise in course.exercises
    ]
    first = _first_file(course.exercises[0])
    return _README.format(
        title=course.title,
        exercises="\n".join(lines),
        first=first,
    )


def _first_file(exercise: Exercise) -> str:
    names = exercise.written or (f"{exercise.id}.ipynb",)
    return f"{exercise.id}/{names[0]}"


def _lock() -> str:
    """Return the versions that the course was made with, without this machine's own."""
    found = [f"torch-grader=={__version__}"]
    for name in _PINNED:
        version = importlib.metadata.version(name).split("+", maxsplit=1)[0]
        found.append(f"{name}=={version}")
    return "\n".join(found) + "\n"
