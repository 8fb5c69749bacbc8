"""A program's plots are drawn again behind the wall, and come back as plain pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import notebook, program
from judging.small import QUICK

from grader.judging.drawing import LONGEST, Drawing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course import Course
    from grader.judging.drawing import Drawn
    from grader.sandbox.host.gate import Gate

PLT = "import matplotlib.pyplot as plt\n"
RED = "plt.figure(figsize=(2, 1), facecolor='red')\n"


@pytest.fixture(scope="module")
def drawing(make_course: Callable[..., Course], gate: Gate) -> Iterator[Drawing]:
    with Drawing(make_course(table=QUICK).root, gate=gate) as opened:
        yield opened


def draw(drawing: Drawing, source: str, *functions: str) -> Drawn:
    return drawing("double", program(source), functions)


def test_plot_comes_back_as_pixels_in_its_size_and_colour(drawing: Drawing) -> None:
    drawn = draw(drawing, f"{PLT}{RED}plt.show()")

    (picture,) = drawn.pictures
    assert (picture.height, picture.width) == (100, 200)
    assert picture.pixels[:4] == b"\xff\x00\x00\xff"
    assert len(picture.pixels) == 100 * 200 * 4
    assert drawn.notes == ()


def test_each_cell_has_plots_of_its_own_and_saved_ones_count_once(
    drawing: Drawing,
) -> None:
    cells = notebook(
        f"{PLT}{RED}",
        "plt.figure(figsize=(1, 1)); plt.savefig('a.png'); plt.show()",
        "plt.figure(figsize=(3, 1)); plt.savefig('b.png'); plt.close()",
        "plt.plot([1]); plt.close()",
    )
    shapes = [p[:2] for p in drawing("double", cells).pictures]

    assert shapes == [(100, 200), (100, 100), (100, 300)]


def test_function_that_draws_is_called_where_the_program_does_not(
    drawing: Drawing,
) -> None:
    source = (
        f"{PLT}def plot(title='loss'):\n    plt.plot([1, 2])\n    plt.title(title)\n"
    )

    assert len(draw(drawing, source, "plot").pictures) == 1
    assert draw(drawing, source).notes == (
        "The program ran to its end and drew nothing with matplotlib.",
    )


def test_huge_plot_is_drawn_smaller_and_many_plots_are_cut(drawing: Drawing) -> None:
    huge = f"{PLT}plt.figure(figsize=(300, 30))\n"
    many = f"{PLT}[plt.figure(figsize=(1, 1)) for _ in range(9)]\n"
    (picture,) = draw(drawing, huge).pictures

    assert (picture.height, picture.width) == (LONGEST // 10, LONGEST)
    assert len(draw(drawing, many).pictures) == 4


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def plot():\n    raise NotImplementedError('plot: not written yet')", "yet"),
        ("def plot(losses):\n    pass", "cannot be called here: it needs arguments"),
        ("def plot():\n    return 1 / 0", "ZeroDivisionError"),
        ("while True: pass", "it was still computing when its time was up"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("1 / 0", "line 1: ZeroDivisionError"),
    ],
)
def test_no_plot_is_told_in_plain_words(
    drawing: Drawing, source: str, said: str
) -> None:
    drawn = draw(drawing, source, "plot")

    assert drawn.pictures == ()
    assert said in " ".join(drawn.notes)


# What a program can put in place of our own drawing, since both are in one process.
FORGED = """
import sys, numpy as np
album = sys.modules["grader.sandbox.worker.album"].album
album._kept = {{0: (None, {pixels})}}
"""


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        ("np.zeros((2000, 2, 4), np.uint8)", "no picture"),
        ("np.zeros((0, 2, 4), np.uint8)", "no picture"),
        ("np.zeros((2, 2, 3), np.uint8)", "no picture"),
        ("np.zeros((2, 2, 4))", "no picture"),
        ("b'\\x89PNG'", "no picture"),
        ("np.zeros((4200, 4200, 4), np.uint8)", "too large"),
    ],
)
def test_what_is_no_picture_is_never_shown(
    drawing: Drawing, pixels: str, said: str
) -> None:
    drawn = draw(drawing, FORGED.format(pixels=pixels))

    assert drawn.pictures == ()
    assert said in drawn.notes[0]
