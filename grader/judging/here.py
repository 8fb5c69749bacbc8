"""Judges what lives in this process: a notebook's kernel.

The checks, the comparison and the words are those of every other way. What differs is
the worker: it is this process itself, so nothing is started and nothing is loaded.
"""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from grader.judging.checker import Judge
from grader.judging.guard import NoGuard
from grader.judging.protocol import How, Setup
from grader.judging.session import facts_here
from grader.sandbox.host.client import Worker
from grader.sandbox.modes import NO_WALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.course import Course
    from grader.model import Check, Limits, Verdict, Work

# By its name: nobody of the trusted side imports what runs a student's program. Here
# both are one process, the student's own.
_RESIDENT = "grader.sandbox.worker.resident"


class InProcessWorker(Worker, Protocol):
    """A worker that is this process."""

    def leave(self) -> None:
        """Take out again what was put into torch and into the signals."""


class Here:
    """The tier of a process that asks itself; what `launch` returns is always one."""

    def __init__(self, resident: Worker) -> None:
        self._resident = resident

    def launch(self, _limits: Limits) -> Worker:
        """Return the worker that this process is."""
        return self._resident

    def prepare(self, limits: Limits) -> None:
        """Do nothing: nothing starts."""

    def close(self) -> None:
        """Do nothing: nothing ends."""


class Judgement:
    """What was found here: the checks of each exercise, and the verdict on one work."""

    def __init__(self) -> None:
        self.checks: Mapping[str, tuple[Check, ...]] = {}
        self.work: Work | None = None
        self.verdict: Verdict | None = None
        self.error: BaseException | None = None


def judge_here(
    course: Course,
    names: Mapping[str, object],
    cells: Sequence[tuple[str, str, str]],
    choose: Callable[[Mapping[str, tuple[Check, ...]]], tuple[Work, How] | None],
) -> Judgement:
    """Return what the checks say of the program in this process.

    Args:
        course: whose checks are collected.
        names: what the program's names are bound to.
        cells: file name, label and source of each cell that has run.
        choose: returns what to judge and how, once the checks are known; None for
            nothing.

    Raises:
        AuthorError: the checks are wrong.
        GraderError: what `choose` raises.
    """
    found = Judgement()
    setup = Setup(
        course.root,
        course.exercises,
        course.preload,
        course.fingerprints(),
        facts_here(NO_WALL),
    )
    with _resident(names, cells) as worker:
        judge = Judge(setup, Here(worker), NoGuard())

        def loop() -> None:
            # pytest would print what is raised in here, and end at an interruption
            # without raising it: all of it is raised when pytest has ended.
            try:
                look()
            except BaseException as error:
                found.error = error

        def look() -> None:
            found.checks = {name: suite.checks for name, suite in judge.suites.items()}
            chosen = choose(found.checks)
            if chosen is not None and chosen[0].program is not None:
                found.work, how = chosen
                suite = judge.suites[found.work.exercise]
                found.verdict = judge.judge(suite, chosen[0].program, how).verdict

        judge.session(loop)
    if found.error is not None:
        raise found.error
    return found


@contextmanager
def _resident(
    names: Mapping[str, object], cells: Sequence[tuple[str, str, str]]
) -> Iterator[InProcessWorker]:
    worker: InProcessWorker = importlib.import_module(_RESIDENT).Resident(names, cells)
    try:
        yield worker
    finally:
        worker.leave()
