"""Doubles of what the desk learns, looks ahead and draws with: they answer at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec

from grader.errors import UsageError
from grader.moves import Cause, Moved, Score, WhyMoved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.decisions import Naming
    from grader.model import Program
    from grader.review.jobs import DeskJob


class FakeOffer(msgspec.Struct, frozen=True):
    checks: tuple[str, ...]
    group: tuple[str, ...]
    sources: dict[str, str]


class FakeLearnt(msgspec.Struct, frozen=True):
    lines: tuple[str, ...]

    def told(self) -> tuple[str, ...]:
        return self.lines


class FakeLearner:
    """Offers one function to everybody; refuses the name `known`."""

    def __init__(self, source: str = "def double(v1):\n    return 3\n") -> None:
        self.named: list[Naming] = []
        self._source = source

    def offered(self, student: str, exercise: str) -> FakeOffer:
        if exercise != "double":
            raise UsageError(f"{exercise}: no failure is left to explain here.")
        return FakeOffer(("test_double",), (student,), {"double": self._source})

    def adopt(self, naming: Naming, watcher: DeskJob) -> FakeLearnt:
        watcher.planned(2)
        watcher.tried()
        if naming.name == "known":
            raise UsageError("known: there is a variant of this name.")
        self.named.append(naming)
        return FakeLearnt((f"{naming.name}: written into mistakes.py",))


class FakePicture(msgspec.Struct, frozen=True):
    height: int
    width: int
    pixels: bytes


class FakeDrawing(msgspec.Struct, frozen=True):
    pictures: tuple[FakePicture, ...] = ()
    notes: tuple[str, ...] = ()


class FakeDraw:
    """Draws the same for every program; `waits` holds it up until it is set."""

    def __init__(self) -> None:
        red = FakePicture(2, 3, b"\xff\x00\x00\xff" * 6)
        self.drawing = FakeDrawing((red, red), ("`plot` <b>stopped</b>.",))
        self.asked: list[tuple[str, str, tuple[str, ...]]] = []
        self.waits = threading.Event()
        self.waits.set()

    def __call__(
        self, exercise: str, program: Program, functions: Sequence[str]
    ) -> FakeDrawing:
        self.asked.append((exercise, program.filename, tuple(functions)))
        self.waits.wait()
        return self.drawing


class FakeForesight:
    """Says that one student's grade would move."""

    def __init__(self, name: str = "ben") -> None:
        cause = Cause(WhyMoved.CHECKS, "changed check: test_double")
        own = Moved("double", Score(0, 10), Score(4.5, 10), (cause,))
        self.moved = (Moved(name, Score(0, 10), Score(4.5, 10), (), (own,)),)

    def __call__(self, watcher: DeskJob) -> tuple[Moved, ...]:
        watcher.planned(0)
        return self.moved
