"""The stage: one worker that holds a solution and its mistakes, side by side.

The diagnosis asks them what a check asked of a student's program. No student's code
ever runs in this worker. It starts when the first check fails.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

import pytest

from grader.course import MISTAKES, SOLUTION
from grader.course.parts import program_from
from grader.course.variants import apply_variant, load_mistakes
from grader.errors import AuthorError
from grader.judging.answers import Rehearsed, answer_of, value_of
from grader.judging.checks.evidence import Exchange
from grader.judging.checks.training import runs_of
from grader.judging.diagnosis.agreement import end_of
from grader.judging.diagnosis.asking import requests_of
from grader.judging.diagnosis.rehearsing import Rehearsal
from grader.judging.requests import (
    Call,
    Forget,
    Load,
    Operate,
    Rehearse,
    Resume,
    Training,
    modules_and_data,
    payload_of,
)
from grader.model import ProgramKind
from grader.sandbox.host.client import UnsendableError, WorkerEnded
from grader.sandbox.wire import WireError, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course import Exercise
    from grader.course.variants import Variant
    from grader.judging.answers import Answer
    from grader.judging.checks.host import Launch
    from grader.judging.checks.training import Run
    from grader.judging.requests import Asked, Request
    from grader.sandbox.host.client import Worker

# The slot of the solution; the mistakes have the slots from 1 on.
RIGHT = 0
# The solution once more, in the slot whose training the worker records.
RECORDED = -1
_REQUEST_S = 5.0
# The same for a request that nobody's check has made.
_TRIAL_S = 0.5
# All requests of one program's diagnosis may compute for this long.
_PROGRAM_S = 15.0
# How many answers fit into one frame.
_AT_ONCE = 16
# A worker that has computed for this long is replaced by a fresh one.
_LIFETIME_S = 30.0
_KEPT_CAP = 5_000
# This many programs must have shown that the solution's answers are no chance.
_SHOWN = 2
_TRAININGS_CAP = 50

Answers = list[Exchange | None]
Trained = tuple[Answers, tuple["Run", ...]]


class Stage:
    """A solution and its mistakes, ready to answer what a student was asked.

    `used_s` is the computing time that the diagnosis of one program has taken here;
    `shared_s` the part of it that was for all programs, as its answers are remembered;
    `cost_s` what the latest answers took, when they were given first.

    Args:
        exercise: whose solution and mistakes; both may be missing, then it is empty.
        launch: starts a worker.
    """

    def __init__(self, exercise: Exercise, launch: Launch) -> None:
        self._exercise = exercise
        self._launch = launch
        self._worker: Worker | None = None
        self._loaded: set[int] = set()
        self._unusable: set[int] = set()
        self._resting: set[int] = set()
        self._failed_for: dict[int, set[str]] = {}
        self._program = ""
        self._request_s = _REQUEST_S
        self._lived_s = 0.0
        self._kept: dict[tuple[bytes, int], Answers] = {}
        self._alike: dict[bytes, Answers] = {}
        self._shown: dict[object, set[str]] = {}
        self._by_chance: set[object] = set()
        self._trainings: dict[bytes, Trained] = {}
        self._costs_s: dict[bytes, float] = {}
        self.used_s = 0.0
        self.shared_s = 0.0
        self.cost_s = 0.0
        self.source = ""
        self.mistakes: tuple[Variant, ...] = ()
        if exercise.solution is not None:
            folder = exercise.solution.parent
            self.source = exercise.source
            # `grader prove` reports a wrong list. Grading goes on without it, and
            # recognises nothing.
            load = pytest.CallInfo.from_call(
                lambda: load_mistakes(folder / MISTAKES), when="setup"
            )
            self.mistakes = load.result if load.excinfo is None else ()

    def begin(self, program: str) -> None:
        """Get ready for another program's diagnosis.

        Args:
            program: which one it is; the same program has the same name.
        """
        self._program = program
        self._resting.clear()
        self._lived_s += self.used_s
        self.used_s = self.shared_s = 0.0
        if self._lived_s > _LIFETIME_S:
            self.close()
        if self._worker is not None:
            self._request(Forget())

    def perform(
        self,
        slots: Sequence[int],
        exchanges: Sequence[Exchange],
        turn: int | None = None,
    ) -> dict[int, Answers]:
        """Return each slot's answers to a student's requests; None where there is none.

        Args:
            slots: `RIGHT`, or a mistake's index plus 1, of each.
            exchanges: the requests, and what the student's program answered.
            turn: where other programs are asked the same, as in a visible check, the
                how-manieth answers these are; they are remembered.
        """
        requests = requests_of(exchanges)
        nothing: Answers = [None] * len(exchanges)
        if requests is None:
            return dict.fromkeys(slots, nothing)
        key = None if turn is None else _key(requests, turn)
        found: dict[int, Answers] = {}
        if key is not None:
            kept = {slot: self._kept.get((key, slot)) for slot in slots}
            found = {slot: answers for slot, answers in kept.items() if answers}
        able = [slot for slot in slots if slot not in found and self._ready(slot)]
        before_s = self.used_s
        for start in range(0, len(able), _AT_ONCE):
            group = able[start : start + _AT_ONCE]
            new = self._performed(group, requests, exchanges)
            found |= new if key is None else self._remembered(key, new)
        self.cost_s = self.used_s - before_s
        if key is not None:
            self.shared_s += self.cost_s
            self.cost_s = self._costs_s.setdefault(key, self.cost_s)
        return {slot: found.get(slot, nothing) for slot in slots}

    def tried(self, exchanges: Sequence[Exchange], turn: int) -> Answers:
        """Return the solution's answers to requests that no check has made.

        They get little time, and that they come to no end means nothing. All programs
        are asked the same, so the answers are remembered.
        """
        requests = requests_of(exchanges)
        key = None if requests is None else _key(requests, turn)
        if key is None:
            return [None] * len(exchanges)
        if (key, RIGHT) not in self._kept:
            self._request_s = _TRIAL_S
            answers = self.perform([RIGHT], exchanges)[RIGHT]
            self._request_s = _REQUEST_S
            self._resting.discard(RIGHT)
            return self._remembered(key, {RIGHT: answers})[RIGHT]
        return self._kept[key, RIGHT]

    def _remembered(self, key: bytes, new: dict[int, Answers]) -> dict[int, Answers]:
        """Remember answers, and return them: where they are alike, it is one object."""
        if len(self._kept) + len(new) > _KEPT_CAP:
            self._kept.clear()
            self._alike.clear()
            self._costs_s.clear()
        for slot, answers in new.items():
            digest = _digest(key, answers)
            known = answers if digest is None else self._alike.get(digest, answers)
            self._kept[key, slot] = known
            if digest is not None:
                self._alike[digest] = known
        return {slot: self._kept[key, slot] for slot in new}

    def note(self, kind: object, *, steady: bool) -> None:
        """Remember whether the solution gave the same twice to requests of a kind."""
        if steady:
            self._shown.setdefault(kind, set()).add(self._program)
        else:
            self._by_chance.add(kind)

    def is_steady(self, kind: object) -> bool:
        """Return whether its answers to requests of a kind have shown to be no chance.

        They have if they were the same twice for several programs, and never differed.
        """
        shown = self._shown.get(kind, set())
        return kind not in self._by_chance and len(shown) >= _SHOWN

    def trained(self, exchanges: Sequence[Exchange]) -> Trained:
        """Return the solution's answers, and the runs that its last call trained.

        They are remembered: on a visible check's data all programs are asked the same.
        """
        requests = requests_of(exchanges)
        key = None if requests is None else _key(requests, 0)
        if requests is None or key is None:
            return [None] * len(exchanges), ()
        if key not in self._trainings:
            if len(self._trainings) == _TRAININGS_CAP:
                self._trainings.clear()
            self._trainings[key] = self._trained(requests, exchanges)
        return self._trainings[key]

    def _trained(
        self, requests: tuple[Asked, ...], exchanges: Sequence[Exchange]
    ) -> Trained:
        nothing: Answers = [None] * len(exchanges)
        if not self._ready(RECORDED):
            return nothing, ()
        found = self._performed([RECORDED], requests, exchanges)
        told = self._request(Training(1)) if found else None
        runs = runs_of(told) or ()
        own = tuple(run for run in runs if run.calls_ago is not None)
        return found.get(RECORDED, nothing), own

    def _performed(
        self,
        slots: Sequence[int],
        requests: tuple[Asked, ...],
        exchanges: Sequence[Exchange],
    ) -> dict[int, Answers]:
        """Return the answers of several slots, which are asked at once.

        If one of them never ends, they are asked one by one, and that one no more.
        """
        rehearse = Rehearse(tuple(slot + 1 for slot in slots), requests)
        ready = all(map(self._ready, slots))
        in_full = self._allowed_s == _REQUEST_S
        rehearsal = Rehearsal(exchanges)
        answer = self._request(rehearse, rehearsal) if ready else None
        if isinstance(answer, Rehearsed):
            given = zip(slots, answer.answers, strict=True)
            return {
                slot: rehearsal.answers(slot + 1, answers, requests)
                for slot, answers in given
            }
        if len(slots) > 1:
            one_by_one = [self._performed([s], requests, exchanges) for s in slots]
            return {
                slot: answers for one in one_by_one for slot, answers in one.items()
            }
        if slots and answer is None:
            self._resting.update(slots)
            if in_full:
                self._note_failure(slots[0], requests)
        return {}

    def _note_failure(self, slot: int, requests: Sequence[Asked]) -> None:
        """Ask a slot never again if it came to no end for two programs.

        What a check asks may rest on what one program answered, and that may be what no
        solution comes to an end with. The first request of all rests on nothing.
        """
        programs = self._failed_for.setdefault(slot, set())
        programs.add(self._program)
        if len(requests) == 1 or len(programs) > 1:
            self._unusable.add(slot)

    @property
    def _allowed_s(self) -> float:
        """What the next request may take of the time for this program."""
        return min(self._request_s, max(_PROGRAM_S - self.used_s, 0.0))

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
        self._worker = None
        self._lived_s = 0.0
        self._loaded.clear()

    def _ready(self, slot: int) -> bool:
        """Return whether a slot can be asked; fill it if it is empty."""
        if slot in self._unusable | self._resting or not self._allowed_s:
            return False
        if slot not in self._loaded or self._worker is None:
            try:
                text = self._text(slot)
            except AuthorError:  # an edit that no longer applies
                self._unusable.add(slot)
                return False
            used_s = self.used_s
            program = program_from(text, SOLUTION)
            several = program.kind is ProgramKind.FILES
            # A script's statements are as good as a notebook's.
            kind = str(program.kind if several else ProgramKind.NOTEBOOK)
            blocks = tuple((f"{b.label} {slot}", b.source) for b in program.blocks)
            helpers, files = modules_and_data(self._exercise.given)
            load = Load(kind, SOLUTION, blocks, slot + 1, helpers=helpers, files=files)
            self._request(load)
            self._loaded.add(slot)
            # This costs time once, and is not counted for one program.
            self.used_s = used_s
        return True

    def _text(self, slot: int) -> str:
        if slot in (RIGHT, RECORDED):
            return self.source
        return apply_variant(self.mistakes[slot - 1], self.source)

    def _request(
        self, request: Request, rehearsal: Rehearsal | None = None
    ) -> Answer | None:
        """Return the answer, or None if the worker ended instead."""
        worker = self._worker = self._worker or self._launch(self._exercise.limits)
        reply = self._reply(worker, request)
        while reply is not None and rehearsal is not None:
            begun_s = time.thread_time()
            answer = rehearsal.goes_on(reply)
            self.used_s += time.thread_time() - begun_s
            if answer is None:
                break
            reply = self._reply(worker, answer)
        worker.printed()
        return None if reply is None else answer_of(request, reply)

    def _reply(self, worker: Worker, request: Request) -> object:
        """Return what the worker replies, or None if it ended instead."""
        try:
            return worker.request(payload_of(request), self._allowed_s)
        except UnsendableError:  # several requests at once may be too much
            if isinstance(request, Resume):  # a program waits for it
                self.close()
            return None
        except WorkerEnded:
            self.close()
            return None
        finally:
            self.used_s += worker.used_s


def _key(requests: tuple[Asked, ...], turn: int) -> bytes | None:
    """Return a key that equal requests share; None if they are too large.

    Nobody knows whether functions of a check are the same for two programs.
    """
    if any(isinstance(r, Call | Operate) and r.backs for r in requests):
        return None
    try:
        frame = encode(turn, payload_of(Rehearse((), requests)))
    except WireError:
        return None
    return hashlib.sha256(frame).digest()


def _digest(key: bytes, answers: Answers) -> bytes | None:
    """Return what equal answers to the same requests share; None if too large."""
    told: list[object] = [key]
    for each in filter(None, answers):
        value = value_of(each.answer)
        shown = [value.value, value.gradient, value.arguments]
        told.append([each.printed, end_of(each.answer), *shown])
    try:
        return hashlib.sha256(encode(len(answers), told)).digest()
    except WireError:
        return None
