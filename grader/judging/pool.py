"""Checker processes, side by side: programs go in, verdicts come out as they are ready.

The main process never imports torch or a check. It can be interrupted at once, and a
checker that dies takes only the program with it that it was judging.
"""

from __future__ import annotations

import collections
import contextlib
import selectors
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeVar

from grader.errors import AuthorError, InternalError, OperatorError
from grader.judging.affinity import Coming
from grader.judging.again import settled
from grader.judging.checks.account import longest_s
from grader.judging.guard import WAITING
from grader.judging.protocol import (
    Death,
    Effort,
    Finished,
    Ready,
    Refused,
    Setup,
    Task,
    receive,
    send,
)
from grader.judging.starting import Started, start_checker
from grader.model import Finding, Outcome, Role, Said, Verdict
from grader.sandbox.host.stopwatch import raw_wall_s
from grader.traces import Extras

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Iterator

    from grader.sandbox.host.gate import Gate

_START_TIMEOUT_S = 300.0
# A checker that is silent for longer than a program's limits allow hangs in a check.
_SLACK_S = 120.0
# A checker that dies while it judges nothing did not die of a submission.
_IDLE_DEATHS_CAP = 2
_BLAME = {
    "AuthorError": AuthorError,
    "OperatorError": OperatorError,
}


_FAULT = (
    "The checker process {} twice while judging this program, the second time alone: "
    "look at it with `grader replay`."
)
_USED_UP = (
    "Judging this work used up what the grading has, twice: how large are the values "
    "that it returns, and how many are there?"
)
_NO_END = (
    "Judging this work came to no end, twice: does something in it wait or run forever?"
)
_DEATHS = {
    Death.ENDED: (Outcome.CRASHED, _USED_UP),
    Death.SILENT: (Outcome.TIMEOUT, _NO_END),
}

T = TypeVar("T")
Judged = tuple[T, Verdict, Extras]


@dataclass(slots=True)
class _Assigned:
    """A task that a checker is busy with, and where its verdict goes."""

    task: Task
    deliver: Callable[[Finished], object]


@dataclass(slots=True)
class _Checker:
    """One checker process, what it does, and where it has looked for reasons."""

    started: Started
    deadline: float
    ready: bool = False
    assigned: _Assigned | None = None
    met: set[str] = field(default_factory=set)

    @property
    def channel(self) -> socket.socket:
        """The channel to the process."""
        return self.started.channel


class Pool:
    """A context with checker processes, ready to judge; `grow` starts them.

    Args:
        setup: what they will judge.
        gate: where their workers come from.
    """

    def __init__(self, setup: Setup, gate: Gate) -> None:
        self._setup = setup
        self._gate = gate
        self._checkers: list[_Checker] = []
        self._ready: Ready | None = None
        self._selector = selectors.DefaultSelector()
        self._idle_deaths = 0
        self._stopped = False
        self._exercises = {ex.id: ex for ex in setup.exercises}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Closing every channel first lets all of them end at the same time.
        for checker in self._checkers:
            checker.channel.close()
        for checker in self._checkers:
            checker.started.end()
        self._selector.close()

    def stop(self) -> None:
        """End all checkers; nothing more is judged."""
        self._stopped = True
        for checker in self._checkers:
            checker.started.process.kill()

    def grow(self, jobs: int) -> None:
        """Start checkers until there are this many."""
        while len(self._checkers) < jobs:
            self._start()

    def ready(self) -> Ready:
        """Return what the checkers have collected, when the first of them has.

        Raises:
            AuthorError: the checks or a solution are wrong.
            OperatorError: this machine lacks something.
            InternalError: a checker ended without a word.
        """
        while self._ready is None:
            for checker in self._heard():
                self._hear(checker)
        return self._ready

    def run(self, asked: Iterable[tuple[T, Task]]) -> Iterator[Judged[T]]:
        """Yield what each task was asked for, with its verdict, as they are reached.

        Works that were too slow, or ended a checker, come last: they are judged again.
        """
        for key, done in settled(asked, self._run_once, self._exercises):
            yield key, done.verdict, done.extras

    def _run_once(
        self, asked: Iterable[tuple[T, Task]], *, fresh: bool = False
    ) -> Iterator[tuple[T, Finished]]:
        """Yield what each task was asked for, and its result, as they end.

        A caller may stop reading at any time: later results are then dropped.
        """
        if fresh:
            self._renew()
        coming = Coming(asked)
        done: collections.deque[tuple[T, Finished]] = collections.deque()
        judging = 0
        while coming or judging:
            for checker in self._checkers:
                if checker.ready and not checker.assigned and coming:
                    others = [c.met for c in self._checkers if c is not checker]
                    following = coming.taken(checker.met, set().union(*others))
                    self._give(checker, *following, done)
                    judging += 1
            # Another run may have received this one's results meanwhile.
            for checker in [] if done else self._heard():
                self._hear(checker)
            while done:
                judging -= 1
                yield done.popleft()

    def _renew(self) -> None:
        """Replace all idle checkers by one new one."""
        for checker in [each for each in self._checkers if not each.assigned]:
            self._end(checker)
        self._start()

    def _end(self, checker: _Checker) -> None:
        self._selector.unregister(checker.channel)
        self._checkers.remove(checker)
        checker.started.end()

    def _start(self) -> None:
        started = start_checker(self._gate)
        checker = _Checker(started, time.monotonic() + _START_TIMEOUT_S)
        self._checkers.append(checker)
        self._selector.register(started.channel, selectors.EVENT_READ, checker)
        with contextlib.suppress(BrokenPipeError):
            send(started.channel, self._setup)

    def _give(
        self,
        checker: _Checker,
        key: T,
        task: Task,
        done: collections.deque[tuple[T, Finished]],
    ) -> None:
        def deliver(found: Finished) -> None:
            done.append((key, found))

        checker.assigned = _Assigned(task, deliver)
        checker.met |= {task.exercise} if task.how.diagnoses else set()
        limits = task.how.limits or self._exercises[task.exercise].limits
        # Whoever waits for a core has longer, as far as its checker can tell.
        allowed_s = raw_wall_s(longest_s(limits, self._gate.pace))
        checks = self.ready().checks[task.exercise]
        endless_s = WAITING * limits.seconds_per_check * self._gate.pace * len(checks)
        checker.deadline = time.monotonic() + allowed_s + endless_s + _SLACK_S
        with contextlib.suppress(BrokenPipeError):
            send(checker.channel, task)

    def _heard(self) -> list[_Checker]:
        """Return the checkers that have sent something, or should have by now."""
        busy = [c for c in self._checkers if c.assigned or not c.ready]
        first = min(checker.deadline for checker in busy)
        events = self._selector.select(max(0.0, first - time.monotonic()))
        if events:
            return [key.data for key, _ in events]
        return [checker for checker in busy if checker.deadline <= time.monotonic()]

    def _hear(self, checker: _Checker) -> None:
        """Take what a checker has sent; replace a dead one."""
        late = checker.deadline <= time.monotonic()
        match None if late else receive(checker.channel):
            case Finished() as done:
                self._idle_deaths = 0
                _deliver(checker, done)
            case Ready() as ready:
                checker.ready = True
                self._ready = ready
            case Refused(blame, message):
                raise _BLAME.get(blame, InternalError)(message)
            case _:
                self._replace(checker, late=late)

    def _replace(self, checker: _Checker, *, late: bool) -> None:
        """Start a checker in place of a dead one, whose work could not be judged."""
        words = checker.started.last_words()
        if self._stopped:
            raise InternalError("The judging was stopped.")
        if self._ready is None:
            raise InternalError(f"A checker process ended before it was ready.{words}")
        self._end(checker)
        if checker.assigned is None:
            self._idle_deaths += 1
        if self._idle_deaths > _IDLE_DEATHS_CAP:
            raise InternalError(
                f"{self._idle_deaths} checker processes ended without a program to "
                f"judge. What was graded so far is kept.{words}"
            )
        self._start()
        if checker.assigned is not None:
            death = Death.SILENT if late else Death.ENDED
            found = self._blamed(checker.assigned.task, death)
            effort = Effort(0.0, 0.0, cut_short=False)
            _deliver(checker, Finished(found, Extras(), effort, death))

    def _blamed(self, task: Task, death: Death) -> Verdict:
        """Return the verdict on a work of which a checker died; it counts if two do."""
        outcome, words = _DEATHS[death]
        said = (Said(Role.ERROR, words),)
        checks = self.ready().checks[task.exercise]
        return Verdict(
            program=task.program.digest(),
            fingerprint=self._setup.fingerprints[task.exercise],
            facts=self._setup.facts,
            findings=tuple(Finding(check.name, outcome, said) for check in checks),
            seconds=0.0,
            faults=(_FAULT.format(death),),
        )


def _deliver(checker: _Checker, done: Finished) -> None:
    """Give a verdict to the run that asked for it; the checker is free again."""
    if checker.assigned is not None:
        checker.assigned.deliver(done)
        checker.assigned = None
