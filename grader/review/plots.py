"""Plots that a student's program draws again, kept while the desk is open.

The desk gets pixels, never a file of the student's, and makes pictures of them itself.
"""

from __future__ import annotations

import collections
import io
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from grader.review.jobs import JobOutcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Program
    from grader.review.jobs import DeskJob, Jobs

_MOST: Final = 50
"""How many programs' plots are kept: the last ones."""


class PlainPicture(Protocol):
    """A picture as plain pixels: RGBA, four bytes each, row by row."""

    @property
    def height(self) -> int:
        """How many rows there are."""

    @property
    def width(self) -> int:
        """How many pixels a row has."""

    @property
    def pixels(self) -> bytes:
        """All of them."""


class DrawnPlots(Protocol):
    """What a program drew."""

    @property
    def pictures(self) -> Sequence[PlainPicture]:
        """The plots."""

    @property
    def notes(self) -> Sequence[str]:
        """What there is to say about it, in sentences."""


class DrawsPlots(Protocol):
    """Runs a program again for its plots."""

    def __call__(
        self, exercise: str, program: Program, functions: Sequence[str]
    ) -> DrawnPlots:
        """Return what it draws; these functions are called where that is nothing."""


class PlotsAsked(msgspec.Struct, frozen=True):
    """A program whose plots are asked for.

    Attributes:
        exercise: what it is for.
        digest: the program's.
        functions: called where it draws nothing by itself.
    """

    exercise: str
    digest: str
    functions: tuple[str, ...]


class Plotted(msgspec.Struct, frozen=True):
    """The plots of one program, as PNG, and what there is to say about them."""

    pictures: tuple[bytes, ...]
    notes: tuple[str, ...]


class Plots:
    """Draws plots, one program at a time, and keeps them.

    Args:
        jobs: what takes longer than a click.
        draw: runs a program again.
    """

    def __init__(self, jobs: Jobs, draw: DrawsPlots) -> None:
        self._jobs = jobs
        self._draw = draw
        self._kept: collections.OrderedDict[PlotsAsked, Plotted] = (
            collections.OrderedDict()
        )

    def start(self, asked: PlotsAsked, program: Program, back: str) -> None:
        """Start to draw a program's plots.

        Args:
            asked: which program it is, and for what.
            program: the program itself.
            back: the address of the page that will show them.

        Raises:
            UsageError: something else runs.
        """

        def work(_: DeskJob) -> JobOutcome:
            drawn = self._draw(asked.exercise, program, asked.functions)
            pictures = tuple(map(png_of, drawn.pictures))
            self._kept[asked] = Plotted(pictures, tuple(drawn.notes))
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
            return JobOutcome(leads_back=True)

        self._jobs.start("DrawnPlots plots", back, work)

    def found(self, asked: PlotsAsked) -> Plotted | None:
        """Return a program's plots, if they were drawn."""
        return self._kept.get(asked)

    def picture(self, asked: PlotsAsked, number: int) -> bytes | None:
        """Return one of a program's plots, counted from 1."""
        plotted = self.found(asked)
        pictures = () if plotted is None else plotted.pictures
        return pictures[number - 1] if 0 < number <= len(pictures) else None


def png_of(picture: PlainPicture) -> bytes:
    """Return plain pixels as PNG, with nothing else in it."""
    from PIL import Image  # comes with matplotlib

    size = picture.width, picture.height
    file = io.BytesIO()
    Image.frombytes("RGBA", size, picture.pixels).save(file, "PNG")
    return file.getvalue()
