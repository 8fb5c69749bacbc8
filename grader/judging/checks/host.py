"""Keeps a worker alive for one program: starts, loads and replaces it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from grader.judging.answers import (
    Answer,
    Garbled,
    Kept,
    Loaded,
    Raised,
    TooLarge,
    answer_of,
    bytes_of,
)
from grader.judging.checks import interruptions, words
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.hearsay import Hearsay
from grader.judging.requests import Load, Request, payload_of
from grader.model import Limits, Outcome, Program
from grader.sandbox.host.client import Worker, WorkerEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.judging.requests import Statement

    Launch = Callable[[Limits], Worker]

_TOP_LEVEL = "the code outside functions"
# The answers of one program are kept until it is judged: four full frames of them.
_KEPT_BYTES = 256 << 20
# Loading may take so many times what a call may: it runs all trials of a program.
LOADING = 2
# So many statements may end the process; each is left out when it is loaded again.
_ENDING_CAP = 3


class Host:
    """One program's worker, and the time it may still use.

    `failures` are the statements that raised when the program was loaded first; `names`
    are those it defines, and `kept` those that stand for its own work again. `used_s`
    is what all calls took, `longest_call_s` the longest of them, in computing time;
    `cut_short` is true when one was still computing at its limit. Loading has as much
    time of its own.
    """

    def __init__(
        self, program: Program, limits: Limits, launch: Launch, handout: str = ""
    ) -> None:
        self._program = program
        self.hearsay = Hearsay(program)
        self._limits = limits
        self._launch = launch
        self._handout = handout
        self._worker: Worker | None = None
        self._unloadable: CheckEnded | None = None
        self.used_s = 0.0
        self.longest_call_s = 0.0
        self.cut_short = False
        self._loading_s = 0.0
        self._last_words = ""
        self._skipped: set[Statement] = set()
        self._ending: list[Raised] = []
        self._room_bytes = _KEPT_BYTES
        self.failures: tuple[Raised, ...] | None = None
        self.kept: tuple[Kept, ...] = ()
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
        answer = self._called(worker, name, request)
        self._room_bytes -= bytes_of(answer)
        return answer if self._room_bytes >= 0 else TooLarge(), worker.printed()

    def load(self) -> Worker:
        """Return a worker with the program in it, a new one where the last has ended.

        A statement at top level that ends the process, or has to be ended with it, is
        left out the next time.

        Raises:
            CheckEnded: loading the program ends the worker, this time or before.
        """
        if self._unloadable is not None:
            raise self._unloadable
        while self._worker is None:
            try:
                self._load()
            except CheckEnded as ended:
                if not self._left_out(ended):
                    self._unloadable = ended
                    raise
        return self._worker

    def elsewhere(self, name: str) -> str | None:
        """Return where the program's file holds a name that does not run, or None."""
        found = (thing.said for thing in self._program.elsewhere if thing.name == name)
        return next(found, None)

    def _load(self) -> None:
        worker = self._worker = self._launch(self._limits)
        program = self._program
        blocks = tuple((block.label, block.source) for block in program.blocks)
        skipped = tuple(sorted(self._skipped))
        request = Load(
            str(program.kind),
            program.filename,
            blocks,
            skipped=skipped,
            handout=self._handout,
        )
        left_s = self._limits.seconds_per_exercise - self._loading_s
        allowed_s = min(LOADING * self._limits.seconds_per_call, left_s)
        try:
            self._learn(self._asked(worker, _TOP_LEVEL, request, allowed_s))
        finally:
            self._loading_s += worker.used_s

    def _left_out(self, ended: CheckEnded) -> bool:
        """Leave out the statement that ended the process, if it is known."""
        statement = interruptions.running_in(self._last_words, self._program)
        if statement is None or statement in self._skipped:
            return False
        over = self._loading_s >= self._limits.seconds_per_exercise
        if over or len(self._ending) == _ENDING_CAP:
            return False
        self._skipped.add(statement)
        timeout = ended.outcome is Outcome.TIMEOUT
        said = None if timeout else str(ended.__cause__)
        failure = interruptions.failure_at(statement, self._program, said)
        self._ending.append(failure)
        return True

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
            self.failures = (*self._ending, *answer.failures)
            self.kept = answer.kept
        self._skipped.update(answer.interrupted)

    def _called(self, worker: Worker, name: str, request: Request) -> Answer:
        left_s = self._limits.seconds_per_exercise - self.used_s
        allowed_s = min(self._limits.seconds_per_call, left_s)
        # What it takes to read the answer is on the program's account, too.
        begun_s = time.thread_time()
        try:
            answer = self._asked(worker, name, request, allowed_s)
        finally:
            self.longest_call_s = max(self.longest_call_s, worker.used_s)
            self.used_s += worker.used_s + time.thread_time() - begun_s
        if isinstance(answer, Raised) and interruptions.was_stopped(answer):
            raise self._stopped(name, answer, allowed_s)
        return answer

    def _stopped(self, name: str, raised: Raised, allowed_s: float) -> CheckEnded:
        """Return how a call ended that was interrupted; end its worker.

        Nobody knows what the call left undone there.
        """
        self.close()
        computing = raised.type_name == interruptions.COMPUTING
        self.cut_short = self.cut_short or computing
        seconds = allowed_s if computing else None
        message = words.timeout(name, seconds, self.hearsay.failure(raised))
        return CheckEnded(Outcome.TIMEOUT, message)

    def _asked(
        self, worker: Worker, name: str, request: Request, allowed_s: float
    ) -> Answer:
        try:
            reply = worker.request(payload_of(request), max(allowed_s, 0.001))
            answer = answer_of(request, reply)
        except WorkerEnded as ended:
            self.cut_short = self.cut_short or ended.computing
            self._last_words = worker.last_words()
            self.close()
            raise self._explained(name, ended, allowed_s) from ended
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
