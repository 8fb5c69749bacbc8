"""The archive that students get: complete, clean, and the same each time."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import msgspec
import nbformat
import pytest
from helpers import ROOT

from grader.authoring.packing import pack
from grader.course import load_course
from grader.course.handout import Handout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course

SOLUTION = """\
# %%
import math

# %%
def double(x):
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


# %%
class Model:
    def __call__(self, x):
        # BEGIN SOLUTION
        return x
        # END SOLUTION
"""


@pytest.fixture
def packed(make_course: Callable[..., Course], tmp_path: Path) -> zipfile.ZipFile:
    course = make_course(solution=SOLUTION)
    first = pack(course, tmp_path / "kurs.zip").read_bytes()
    second = pack(course, tmp_path / "again" / "kurs.zip").read_bytes()
    assert first == second
    return zipfile.ZipFile(io.BytesIO(first))


def test_archive_holds_what_students_need_and_nothing_hidden(
    packed: zipfile.ZipFile,
) -> None:
    assert packed.namelist() == [
        "kurs/README.md",
        "kurs/exercises/course.json",
        "kurs/exercises/double/double.ipynb",
        "kurs/exercises/double/double.py",
        "kurs/exercises/double/test_visible.py",
        "kurs/requirements.txt",
    ]
    texts = [packed.read(name).decode() for name in packed.namelist()]
    assert not any("return 2 * x" in text for text in texts)


def test_notebook_opens_clean_and_checks_after_each_function(
    packed: zipfile.ZipFile,
) -> None:
    text = packed.read("kurs/exercises/double/double.ipynb").decode()
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    code = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
    sources = ["".join(cell["source"]) for cell in code]

    assert "%pip install torch-grader" in sources[0]
    assert sources.index("check(double)") == 1 + next(
        i for i, s in enumerate(sources) if s.startswith("def double")
    )
    assert sources[-1] == "check(Model)"
    assert all(not c["outputs"] and c["execution_count"] is None for c in code)
    assert len({cell["id"] for cell in code}) == len(code)


def test_archive_says_what_the_exercises_are_worth(packed: zipfile.ZipFile) -> None:
    data = packed.read("kurs/exercises/course.json")
    (exercise,) = msgspec.json.decode(data, type=Handout).exercises

    assert (exercise.id, exercise.points) == ("double", 10.0)
    assert "torch==" in packed.read("kurs/requirements.txt").decode()


def test_each_exercise_of_the_course_says_what_it_teaches() -> None:
    assert all(exercise.learnt for exercise in load_course(ROOT).exercises)
