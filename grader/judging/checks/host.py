"""Keeps a worker alive for one program: starts, loads and replaces it."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from grader.judging.answers import (
    Answer,
    Garbled,
    Loaded,
    Raised,
    TooLarge,
    answer_of,
)
from grader.judging.checks import account as accounts
from grader.judging.checks import interruptions, words
from grader.judging.checks.account import Account, Time
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.hearsay import Hearsay
from grader.judging.checks.missing import Stop, stop_at, undefined_in
from grader.judging.checks.not_again import NoAnswer, NotAgain, UsedUp
from grader.judging.requests import (
    Request,
    loading,
    payload_of,
)
from grader.judging.wanted import LACKS_CAP, lacks_of
from grader.judging.weighing import bytes_of
from grader.model import Limits, Outcome, Program
from grader.sandbox.host.client import Worker, WorkerEnded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.judging.names import KeptName
    from grader.judging.requests import Statement
    from grader.model import Lack

    Launch = Callable[[Limits], Worker]

_TOP_LEVEL = "the code outside functions"
# The answers of one program are kept until it is judged: four full frames of them.
_KEPT_BYTES = 256 << 20
# To read the answers of a training takes a hundredth of its time, not a tenth.
_READING = 0.1
# Who slept for more than this share of its time was asleep.
_MOSTLY = 0.5
# What Python and the system say when they cannot start a thread.
_NO_THREAD = ("can't start new thread", "Resource temporarily unavailable")
# At most this many statements may end the process; each is left out at the next load.
_ENDING_CAP = 3


class Host:
    """One program's worker, and the time it may still use.

    `failures` are the statements that raised when the program was first loaded. `names`
    are the names that it defines, `kept` those that stand for its own work again,
    `values` those that cannot be called. `used_s` is the computing time of all calls,
    `last_s` that of the last one, `longest_call_s` that of the longest. `cut_short` is
    true if a call was still computing at its limit, and the machine may be why;
    `starved` if the program could not start a thread, `said_too_much` if an answer was
    too large. With no time left nothing is asked. `waited_s` is the time on the clock
    that requests took, `read_s` what this process computed on answers; `asking` is true
    while one is under way. `away` is true if this is not the student's own computer.
    """

    def __init__(
        self,
        program: Program,
        limits: Limits,
        launch: Launch,
        handout: str = "",
        given: tuple[tuple[str, bytes], ...] = (),
    ) -> None:
        self._program = program
        self.hearsay = Hearsay(program)
        self._limits = limits
        self._launch = launch
        self._handout = handout
        self._given = given
        self._worker: Worker | None = None
        self._unloadable: CheckEnded | None = None
        self.used_s = 0.0
        self.last_s = 0.0
        self.longest_call_s = 0.0
        self.cut_short = False
        self.starved = False
        self._account = Account(limits)
        self._slept_s = self._passed_s = self.read_s = 0.0
        self.said_too_much = False
        self.away = False
        self._not_again = NotAgain()
        self.waited_s = 0.0
        self.asking = False
        self._last_words = ""
        self._skipped: set[Statement] = set()
        self._ending: list[Raised] = []
        self._room_bytes = _KEPT_BYTES
        self.failures: tuple[Raised, ...] | None = None
        self.kept: tuple[KeptName, ...] = ()
        self.lacks: tuple[Lack, ...] = ()
        self.names: tuple[str, ...] = ()
        self.values: frozenset[str] = frozenset()

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

    @property
    def is_slow(self) -> bool:
        """Whether it was cut short, and not as its answers are too much to read."""
        small = self.read_s <= _READING * self.used_s
        return self.cut_short and small and not self.said_too_much

    @property
    def is_whole(self) -> bool:
        """Whether no statement was stopped when the program was loaded."""
        stopped = any(map(interruptions.was_stopped, self.failures or ()))
        return self._unloadable is None and not stopped

    def request(self, name: str, request: Request) -> tuple[Answer, str]:
        """Return the answer to a request, and what was printed meanwhile.

        A function whose call took too long, or whose answer nobody can take, is not
        asked again: the others keep their time.

        Args:
            name: the function's name, for the message if it fails.
            request: what is asked.

        Raises:
            CheckEnded: the worker ended, or its reply is not an answer, or no time is
                left.
        """
        known = self._not_again.known(name, request)
        if known is not None:
            return known, ""
        begun_s, self.asking = time.monotonic(), True
        try:
            answer, printed = self._answered(name, request)
        except CheckEnded as ended:
            self._not_again.note_end(name, request, ended)
            raise
        finally:
            self.waited_s += time.monotonic() - begun_s
            self.asking = False
        self._not_again.note(name, request, answer)
        return answer, printed

    def _answered(self, name: str, request: Request) -> tuple[Answer, str]:
        if self._room_bytes < 0:
            return TooLarge(), ""
        if self._unloadable is None:
            self._some_of(self._account.for_call(self._limits))
        worker = self.load()
        worker.printed()
        answer = self._called(worker, name, request)
        with self.reading():
            self._room_bytes -= bytes_of(answer)
        return answer if self._room_bytes >= 0 else TooLarge(), worker.printed()

    def load(self) -> Worker:
        """Return a worker with the program loaded; a new one if the last has ended.

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

    def stop_of(self, name: str) -> Stop | None:
        """Return what kept a name from being defined, where the file defines it."""
        failures = [f for f in self.failures or () if not f.hole]
        return stop_at(self.hearsay.places(name), failures)

    def stop_behind(self, raised: Raised) -> Stop | None:
        """Return what stopped the statement that defines a name that is missing."""
        name = undefined_in(raised)
        stop = None if name is None else self.stop_of(name)
        if stop and self.hearsay.are_together(stop.place, stop.failure.line):
            return stop
        return None

    def _load(self) -> None:
        allowed = self._some_of(self._account.for_loading())
        worker = self._worker = self._launch(self._limits)
        request = loading(self._program, self._given, self._handout, self._skipped)
        with self._charged(worker):
            self._learn(self._asked(worker, _TOP_LEVEL, request, allowed))

    def _left_out(self, ended: CheckEnded) -> bool:
        """Leave out the statement that ended the process, if it is known."""
        statement = interruptions.running_in(self._last_words, self._program)
        if statement is None or statement in self._skipped:
            return False
        over = self._account.for_loading().is_over
        if over or len(self._ending) == _ENDING_CAP:
            return False
        self._skipped.add(statement)
        timeout = ended.outcome is Outcome.TIMEOUT
        said = None if timeout else str(ended.__cause__)
        failure = interruptions.failure_at(statement, self._program, said)
        self._ending.append(failure)
        return True

    def afresh(self, seconds: float) -> Host:
        """Return the same program with a worker of its own, which has seen nothing.

        Its time is taken from the time that this one has left.

        Args:
            seconds: how long it may compute in all, and twice as long as one call.
        """
        call_s = min(self._limits.seconds_per_call, seconds / 2)
        limits = msgspec.structs.replace(
            self._limits, seconds_per_call=call_s, seconds_per_exercise=seconds
        )
        host = Host(self._program, limits, self._launch, self._handout, self._given)
        host._account = self._account.part(limits)
        return host

    def begin_diagnosis(self) -> None:
        """Give the program separate time for the diagnosis; the checks are over."""
        self._account.renew()

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _learn(self, answer: Answer) -> None:
        if not isinstance(answer, Loaded):
            self.close()
            raise NoAnswer
        self.names = answer.names
        self.starved |= any(map(_lacks_thread, answer.failures))
        self.values = frozenset(answer.values)
        if self.failures is None:
            self.failures = (*self._ending, *answer.failures)
            self.kept = answer.kept
        self._skipped.update(answer.interrupted)

    def _some_of(self, allowed: Time) -> Time:
        """Return a time, or raise CheckEnded if none of it is left."""
        if allowed.is_over:
            out_of_computing = allowed.computing_s <= allowed.waiting_s
            awake = self._slept_s < _MOSTLY * self._passed_s
            held_up = self._account.held_up if out_of_computing else awake
            self.cut_short = self.cut_short or held_up
            raise self._used_up(out_of_computing=out_of_computing)
        return allowed

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Charge the program with what this process computes on its answers.

        But not for torch, which the first tensor of all programs loads here.
        """
        begun_s, loaded = time.thread_time(), "torch" in sys.modules
        try:
            yield
        finally:
            if loaded == ("torch" in sys.modules):
                self.charge_reading(time.thread_time() - begun_s)

    def charge_reading(self, seconds: float) -> None:
        """Charge the program with what this process has computed for it."""
        self.used_s += seconds
        self.read_s += seconds
        self._account.charge(Time(seconds, 0.0))

    @contextlib.contextmanager
    def _charged(self, worker: Worker) -> Iterator[None]:
        """Charge the program with a request, and with reading the answer."""
        try:
            with self.reading():
                yield
        finally:
            self._account.charge(Time(worker.used_s, worker.waited_s), worker.paced_s)
            self._passed_s += worker.waited_s
            self._slept_s += 0.0 if worker.computing else worker.waited_s

    def _used_up(self, *, out_of_computing: bool) -> UsedUp:
        whole_s = accounts.time_of_exercise(self._limits).computing_s
        said = words.used_up(whole_s, out_of_computing=out_of_computing)
        return UsedUp(Outcome.TIMEOUT, said)

    def _limits_of(self, name: str) -> Limits:
        """Return the limits of a call of a function."""
        brief = self._not_again.calls_one(name, self.hearsay.source)
        return accounts.brief(self._limits) if brief else self._limits

    def _called(self, worker: Worker, name: str, request: Request) -> Answer:
        allowed = self._some_of(self._account.for_call(self._limits_of(name)))
        try:
            with self._charged(worker):
                answer = self._asked(worker, name, request, allowed)
        finally:
            self.last_s = worker.used_s
            self.longest_call_s = max(self.longest_call_s, worker.used_s)
            self.used_s += worker.used_s
        self.starved |= _lacks_thread(answer)
        self.said_too_much |= isinstance(answer, TooLarge)
        if isinstance(answer, Raised) and interruptions.was_stopped(answer):
            raise self._stopped(worker, name, answer, allowed)
        return answer

    def _stopped(
        self, worker: Worker, name: str, raised: Raised, allowed: Time
    ) -> CheckEnded:
        """Return how an interrupted call ended; end its worker.

        Nobody knows what the call left half done there. Whether it waited for a core
        the program cannot know.
        """
        self.close()
        computing = worker.computing or raised.type_name == interruptions.COMPUTING
        self._cut(worker, allowed, computing=computing)
        seconds = round(allowed.computing_s, 2) if computing else None
        message = words.timeout(name, seconds, self.hearsay.failure(raised))
        return CheckEnded(Outcome.TIMEOUT, message)

    def _cut(self, worker: Worker, allowed: Time, *, computing: bool) -> None:
        """Note that a request was stopped, if more time might help it."""
        held_up = self._account.held_up and accounts.held_up(worker.paced_s, allowed)
        self.cut_short = self.cut_short or (computing and held_up)

    def _asked(
        self, worker: Worker, name: str, request: Request, allowed: Time
    ) -> Answer:
        try:
            reply = worker.request(payload_of(request), *allowed)
            self._note(reply)
            answer = answer_of(request, reply)
        except WorkerEnded as ended:
            self._cut(worker, allowed, computing=ended.computing)
            self._last_words = worker.last_words()
            self.close()
            raise self._explained(name, ended, allowed) from ended
        if isinstance(answer, Garbled):
            self.close()
            raise NoAnswer
        return answer

    def _note(self, reply: object) -> None:
        """Remember what the program wanted and did not get, each thing once."""
        known: dict[tuple[str, str], Lack] = {}
        for lack in (*self.lacks, *map(self.hearsay.lack, lacks_of(reply))):
            known.setdefault((lack.kind, lack.name), lack)
        self.lacks = tuple(known.values())[:LACKS_CAP]

    def _explained(self, name: str, ended: WorkerEnded, allowed: Time) -> CheckEnded:
        if ended.outcome is Outcome.TIMEOUT:
            usual = accounts.time_of_call(self._limits_of(name).seconds_per_call)
            short = [left < due for left, due in zip(allowed, usual, strict=True)]
            if not str(ended) and short[0 if ended.computing else 1]:
                return self._used_up(out_of_computing=ended.computing)
            seconds = allowed.computing_s if ended.computing else None
            message = str(ended) or words.timeout(name, seconds)
            return CheckEnded(Outcome.TIMEOUT, message)
        return CheckEnded(ended.outcome, f"`{name}`: {ended}")


def _lacks_thread(answer: Answer) -> bool:
    """Return whether a program failed because the system had no thread for it."""
    return isinstance(answer, Raised) and any(s in answer.message for s in _NO_THREAD)
