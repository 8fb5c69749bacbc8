"""Runs a program anew for its plots, behind the wall, when somebody asks for them.

What comes back is pixels, whose form is checked here: no picture that a student's
process encoded is ever decoded.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import msgspec
import numpy as np

from grader.course import load_course
from grader.errors import OperatorError
from grader.judging.answers import (
    NAME_CAP,
    Mismatch,
    Missing,
    Raised,
    TooLarge,
    Value,
)
from grader.judging.checks import words
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.host import Host
from grader.judging.requests import Call, Operate, payload_of
from grader.sandbox.host.gate import Gate
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.course import Course
    from grader.judging.answers import Answer
    from grader.model import Limits, Program
    from grader.sandbox.host.client import Worker
    from grader.sandbox.host.wall import Wall

LONGEST: Final = 1200
"""A plot that has more pixels than this in a row is drawn with fewer of them."""

_MOST: Final = 4
_LEAST_SHAPE: Final = (1, 1, 4)
_PLOTS: Final = "the plots"
_ASKED: Final = Operate("plots", (LONGEST,))
_NOTES_CAP: Final = 5
_NO_PICTURE: Final = "What the program gave is no picture."
_TOO_LARGE: Final = "The plots are too large to be shown."
_NOTHING: Final = "The program ran to its end and drew nothing with matplotlib."


class Picture(NamedTuple):
    """A plot as plain pixels: RGBA, four bytes each, row by row."""

    height: int
    width: int
    pixels: bytes


class Drawn(msgspec.Struct, frozen=True):
    """What a program drew, and what there is to say about it, in sentences."""

    pictures: tuple[Picture, ...]
    notes: tuple[str, ...] = ()


class Drawing:
    """Draws the plots of programs; a context. The wall is made when it is needed.

    Args:
        root: the course's folder.
        private: what the canary tries to read first.
        sandbox: the tier of the wall.
        gate: an open gate to use, where there is one.
    """

    def __init__(
        self,
        root: Path,
        private: tuple[Path, ...] = (),
        *,
        sandbox: str = "auto",
        gate: Gate | None = None,
    ) -> None:
        self._root = root
        self._private = private
        self._sandbox = sandbox
        self._gate = gate
        self._stack = ExitStack()
        self._proven: Wall | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __call__(
        self, exercise: str, program: Program, functions: Sequence[str] = ()
    ) -> Drawn:
        """Return what a program draws when it runs from its beginning to its end.

        If that is nothing, these functions of it are called, without arguments.

        Raises:
            AuthorError: the course is wrong.
            OperatorError: there is no wall here, or it does not hold.
        """
        course = load_course(self._root).only((exercise,))
        wall = self._wall(course)
        own = course.exercises[0]

        def launch(limits: Limits) -> Worker:
            worker = wall.launch(limits)
            worker.request(payload_of(_ASKED), limits.seconds_per_call)
            return worker

        host = Host(program, own.limits, launch, given=own.given)
        host.away = True
        try:
            return _drawn(host, functions)
        except CheckEnded as ended:
            return Drawn((), (ended.message,))
        except OperatorError:
            self._forget()
            raise
        finally:
            host.close()
            wall.close()

    def _wall(self, course: Course) -> Wall:
        """Return the wall, once a canary has tried it."""
        if self._proven is None:
            gate = self._gate or self._stack.enter_context(
                Gate(self._sandbox, course.preload)
            )
            gate.prove(course.table, self._private)
            self._proven = gate.wall
        return self._proven

    def _forget(self) -> None:
        """Let the next program have a new wall: this one has ended."""
        self._proven = None
        self._stack.close()


def _drawn(host: Host, functions: Sequence[str]) -> Drawn:
    host.load()
    notes = [_said(failure) for failure in host.failures or ()]
    pictures, wrong = _plots(host)
    for name in functions if not pictures and not wrong else ():
        notes += _called(host, name)
        pictures, wrong = _plots(host)
        if pictures or wrong:
            break
    nothing = [] if pictures or wrong or notes else [_NOTHING]
    return Drawn(pictures, (*wrong, *notes[:_NOTES_CAP], *nothing))


def _plots(host: Host) -> tuple[tuple[Picture, ...], list[str]]:
    """Return the plots so far, and what is wrong with them."""
    answer, _ = host.request(_PLOTS, _ASKED)
    match answer:
        case Value(value=list() as told):
            found = tuple(_pictures(told))
            return found, [] if len(found) == len(told) else [_NO_PICTURE]
        case Raised():
            return (), [words.raised(_PLOTS, answer)]
        case TooLarge():
            return (), [_TOO_LARGE]
    return (), [_NO_PICTURE]


def _pictures(told: list[object]) -> Iterator[Picture]:
    """Yield what is the pixels of a picture, and of a size to be shown."""
    for each in told[:_MOST]:
        if not isinstance(each, np.ndarray) or each.dtype != np.uint8:
            continue
        if each.ndim != len(_LEAST_SHAPE) or each.shape[2] != _LEAST_SHAPE[2]:
            continue
        if all(0 < side <= LONGEST + 1 for side in each.shape[:2]):
            yield Picture(each.shape[0], each.shape[1], each.tobytes())


def _called(host: Host, name: str) -> list[str]:
    """Call a function without arguments; return what there is to say about it."""
    answer: Answer
    answer, _ = host.request(name, Call(name))
    match answer:
        case Raised(hole=True):
            return [words.not_written(name)]
        case Raised():
            return [words.raised(name, answer, away=True)]
        case Missing():
            return [words.missing(name, None)]
        case Mismatch():
            wants = f"`{name}` cannot be called here: it needs arguments."
            return [f"The program drew nothing, and {wants}"]
    return []


def _said(failure: Raised) -> str:
    """Return what there is to say about code outside functions that stopped."""
    if failure.hole:
        label = clean_line(failure.label, NAME_CAP)
        return f"{label}, line {failure.line}: something is not written yet."
    return words.noted(failure)
