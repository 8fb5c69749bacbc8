"""Keeps a worker alive for one program: starts, loads and replaces it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from grader.judging.answers import (
    Answer,
    Garbled,
    Loaded,
    Raised,
    TooLarge,
    answer_of,
    bytes_of,
)
from grader.judging.checks import words
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.hearsay import Hearsay
from grader.judging.requests import Load, Request, payload_of
from grader.model import Limits, Outcome, Program
from grader.sandbox.host.client import Worker, WorkerEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    Launch = Callable[[Limits], Worker]

_TOP_LEVEL = "the code outside functions"
# The answers of one program are kept until it is judged: four full frames of them.
_KEPT_BYTES = 256 << 20


class Host:
    """One program's worker, and the time it may still use.

    `failures` are the blocks that raised when the program was loaded first; `names`
    are those it defines. `used_s` is what all requests took, `longest_call_s` the
    longest of them, in computing time; `cut_short` is true when one was still computing
    at its limit.
    """

    def __init__(self, program: Program, limits: Limits, launch: Launch) -> None:
        self._program = program
        self.hearsay = Hearsay(program)
        self._limits = limits
        self._launch = launch
        self._worker: Worker | None = None
        self._unloadable: CheckEnded | None = None
        self.used_s = 0.0
        self.longest_call_s = 0.0
        self.cut_short = False
        self._room_bytes = _KEPT_BYTES
        self.failures: tuple[Raised, ...] | None = None
        self.names: tuple[str, ...] = ()

    @property
    def program(self) -> Program:
        """The program itself."""
        return self._program

    @property
    def limits(self) -> Limits:
        """What the program may use."""
        return self._limits

    @property
    def unloadable(self) -> CheckEnded | None:
        """How loading the program ended, when it ended the worker."""
        return self._unloadable

    def request(self, name: str, request: Request) -> tuple[Answer, str]:
        """Return the answer to a request, and what was printed meanwhile.

        Args:
            name: the function's, for the words when it fails.
            request: what is asked.

        Raises:
            CheckEnded: the worker ended instead, or gave what is no answer.
        """
        worker = self.load()
        worker.printed()
        answer = self._asked(worker, name, request)
        self._room_bytes -= bytes_of(answer)
        return answer if self._room_bytes >= 0 else TooLarge(), worker.printed()

    def load(self) -> Worker:
        """Return a worker with the program in it, a new one where the last has ended.

        Raises:
            CheckEnded: loading the program ends the worker, this time or before.
        """
        if self._unloadable is not None:
            raise self._unloadable
        if self._worker is None:
            self._worker = self._launch(self._limits)
            program = self._program
            blocks = tuple((block.label, block.source) for block in program.blocks)
            request = Load(str(program.kind), program.filename, blocks)
            try:
                self._learn(self._asked(self._worker, _TOP_LEVEL, request))
            except CheckEnded as ended:
                self._unloadable = ended
                raise
        return self._worker

    def elsewhere(self, name: str) -> str | None:
        """Return where the program's file holds a name that does not run, or None."""
        found = (thing.said for thing in self._program.elsewhere if thing.name == name)
        return next(found, None)

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _learn(self, answer: Answer) -> None:
        if not isinstance(answer, Loaded):
            self.close()
            raise _garbled()
        self.names = answer.names
        if self.failures is None:
            self.failures = answer.failures

    def _asked(self, worker: Worker, name: str, request: Request) -> Answer:
        left_s = self._limits.seconds_per_exercise - self.used_s
        allowed_s = min(self._limits.seconds_per_call, left_s)
        # What it takes to read the answer is on the program's account, too.
        begun_s = time.thread_time()
        try:
            reply = worker.request(payload_of(request), max(allowed_s, 0.001))
            answer = answer_of(request, reply)
        except WorkerEnded as ended:
            self.cut_short = self.cut_short or ended.computing
            self.close()
            raise self._explained(name, ended, allowed_s) from ended
        finally:
            self.longest_call_s = max(self.longest_call_s, worker.used_s)
            self.used_s += worker.used_s + time.thread_time() - begun_s
        if isinstance(answer, Garbled):
            self.close()
            raise _garbled()
        return answer

    def _explained(self, name: str, ended: WorkerEnded, allowed_s: float) -> CheckEnded:
        if ended.outcome is Outcome.TIMEOUT:
            if allowed_s < self._limits.seconds_per_call:
                total = self._limits.seconds_per_exercise
                return CheckEnded(
                    Outcome.TIMEOUT,
                    f"All checks of this exercise together may run for {total:g} s, "
                    f"and those before this one have used them up.",
                )
            message = str(ended) or words.timeout(name, allowed_s)
            return CheckEnded(Outcome.TIMEOUT, message)
        return CheckEnded(ended.outcome, f"`{name}`: {ended}")


def _garbled() -> CheckEnded:
    return CheckEnded(
        Outcome.CRASHED, "The program answered with what is no answer to a request."
    )
