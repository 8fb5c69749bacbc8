"""Classes to grade, in courses of one and of two exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course

from grading_runs import RIGHT, WRONG, Run


@pytest.fixture
def run(tmp_path: Path, make_course: Callable[..., Course]) -> Run:
    """Return a class of two, one right and one wrong, in a course of one exercise."""
    made = Run(tmp_path, make_course())
    made.hand_in("ann", source=RIGHT)
    made.hand_in("bob", source=WRONG)
    return made


@pytest.fixture
def two(tmp_path: Path, make_course: Callable[..., Course]) -> Run:
    """Return a class of one in a course of two exercises, `double` and `triple`."""
    course = make_course(table='title = "Two"\nexercises = ["double", "triple"]\n')
    made = Run(tmp_path, course)
    made.hand_in("ann", source=RIGHT)
    made.hand_in("ann", source=WRONG, exercise="triple")
    return made


@pytest.fixture
def make_course(make_course: Callable[..., Course]) -> Callable[..., Course]:
    """Return the maker of courses, whose table may name `triple` as well."""

    def make(**files: str) -> Course:
        table = files.pop("table", None)
        course = make_course(**files)
        folder = course.root / "solutions"
        (folder / "triple").mkdir()
        for path in (folder / "double").iterdir():
            (folder / "triple" / path.name).write_bytes(path.read_bytes())
        if table:
            (folder / "course.toml").write_text(table)
        return course

    return make
