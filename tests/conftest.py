"""What several rooms' tests share: programs from text, and a pool that judges them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import Course, load_course
from grader.judging.messages import Setup
from grader.judging.pool import Pool
from grader.model import Block, Program, ProgramKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]


def program(source: str, filename: str = "work.py") -> Program:
    """Return a script as a program."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Program(ProgramKind.SCRIPT, filename, digest, (Block(filename, source),))


def notebook(*cells: str) -> Program:
    """Return code cells as a program."""
    digest = hashlib.sha256("\0".join(cells).encode()).hexdigest()
    blocks = tuple(Block(f"cell {i}", cell) for i, cell in enumerate(cells, 1))
    return Program(ProgramKind.NOTEBOOK, "work.ipynb", digest, blocks)


def setup_of(course: Course) -> Setup:
    """Return what a pool needs to judge this course."""
    return Setup(course.root, course.exercises, course.preload, "none")


@pytest.fixture(scope="session")
def course() -> Course:
    return load_course(ROOT)


@pytest.fixture(scope="session")
def pool(course: Course) -> Iterator[Pool]:
    with Pool(setup_of(course), jobs=2) as started:
        started.ready()
        yield started


SMALL_SOLUTION = """\
def double(x):
    return 2 * x
"""
SMALL_VISIBLE = '''\
from grader import close_to


def test_double_of_three(student):
    """double(3) is 6."""
    assert student.double(3) == close_to(6)
'''
SMALL_HIDDEN = '''\
from grader import close_to, points


@points(10)
def test_double_of_fresh_numbers(student, reference, draw):
    """double(x) is twice x."""
    for _ in range(3):
        x = draw.real()
        assert student.double(x) == close_to(reference.double(x))
'''


@pytest.fixture(scope="session")
def make_course(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Course]:
    """Return a maker of courses with one exercise, `double`, unless told otherwise."""

    def make(
        hidden: str = SMALL_HIDDEN,
        visible: str = SMALL_VISIBLE,
        solution: str = SMALL_SOLUTION,
        table: str = 'title = "Small"\nexercises = ["double"]\n',
    ) -> Course:
        root = tmp_path_factory.mktemp("course")
        folder = root / "solutions" / "double"
        folder.mkdir(parents=True)
        (root / "solutions" / "course.toml").write_text(table)
        (folder / "solution.py").write_text(solution)
        (folder / "test_visible.py").write_text(visible)
        (folder / "test_hidden.py").write_text(hidden)
        return load_course(root)

    return make


@pytest.fixture(scope="session")
def judge_small(make_course: Callable[..., Course]) -> Callable[..., Verdict]:
    """Return what judges one program of a small course made for it."""

    def judge(work: Program, **files: str) -> Verdict:
        with Pool(setup_of(make_course(**files)), jobs=1) as started:
            started.ready()
            return dict(started.judge([("double", work)]))[0]

    return judge
