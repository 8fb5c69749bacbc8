"""Programs from text, and a course of one exercise: what several tests are made of."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from grader.judging.protocol import Setup
from grader.model import Block, Program, ProgramKind

if TYPE_CHECKING:
    from grader.course import Course

ROOT = Path(__file__).parents[1]

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


def program(source: str, filename: str = "work.py") -> Program:
    """Return a script as a program."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Program(
        ProgramKind.SCRIPT, filename, digest, (Block(filename, source.encode()),)
    )


def notebook(*cells: str) -> Program:
    """Return code cells as a program."""
    digest = hashlib.sha256("\0".join(cells).encode()).hexdigest()
    blocks = tuple(Block(f"cell {i}", cell.encode()) for i, cell in enumerate(cells, 1))
    return Program(ProgramKind.NOTEBOOK, "work.ipynb", digest, blocks)


def setup_of(course: Course) -> Setup:
    """Return what a pool needs to judge this course."""
    return Setup(course.root, course.exercises, course.preload)


class Counting:
    """Watches a proof and counts its programs."""

    def __init__(self) -> None:
        self.expected = 0
        self.done = 0

    def planned(self, trials: int) -> None:
        self.expected = trials

    def tried(self) -> None:
        self.done += 1
