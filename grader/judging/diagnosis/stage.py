"""The stage: one worker that holds a solution and its mistakes, side by side.

For the diagnosis, what a check asked of a student's program is asked of these, too. No
student's code ever runs in this worker, and it starts with the first check that fails.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from grader.course import MISTAKES, SOLUTION
from grader.course.variants import apply_variant, load_mistakes
from grader.errors import AuthorError
from grader.judging.checks.evidence import Exchange
from grader.judging.checks.training import runs_of
from grader.model import ProgramKind
from grader.sandbox.host.client import WorkerEnded
from grader.sandbox.wire import Handle, WireError, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.course import Exercise
    from grader.course.variants import Variant
    from grader.judging.checks.training import Run
    from grader.model import Limits
    from grader.sandbox.host.client import Worker

    Launch = Callable[[Limits], Worker]

# The slot of the solution; the mistakes follow from 1.
RIGHT = 0
# The solution once more, where the worker records what it trains.
RECORDED = -1
_REQUEST_S = 5.0
# So many answers fit into one frame.
_AT_ONCE = 16
# A worker that has computed for so long makes room for a fresh one.
_LIFETIME_S = 30.0
_KEPT_CAP = 2_000

Answers = list[Exchange | None]


class Stage:
    """A solution and its mistakes, ready to answer what a student was asked.

    `used_s` is the computing time that the diagnosis of one program has taken here;
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
        self._lived_s = 0.0
        self._kept: dict[tuple[bytes, int], Answers] = {}
        self._costs_s: dict[bytes, float] = {}
        self.used_s = 0.0
        self.cost_s = 0.0
        self.source = ""
        self.mistakes: tuple[Variant, ...] = ()
        if exercise.solution is not None:
            folder = exercise.solution.parent
            self.source = (folder / SOLUTION).read_text(encoding="utf-8")
            # A list that is wrong is for `grader prove` to tell, and no reason not to
            # grade; nothing is recognised then.
            load = pytest.CallInfo.from_call(
                lambda: load_mistakes(folder / MISTAKES), when="setup"
            )
            self.mistakes = load.result if load.excinfo is None else ()

    def begin(self) -> None:
        """Get ready for another program's diagnosis."""
        self._lived_s += self.used_s
        self.used_s = 0.0
        if self._lived_s > _LIFETIME_S:
            self.close()
        if self._worker is not None:
            self._request({"do": "forget"})

    def perform(
        self,
        slots: Sequence[int],
        exchanges: Sequence[Exchange],
        turn: int | None = None,
    ) -> dict[int, Answers]:
        """Return each slot's answers to a student's requests; null for no answer.

        Args:
            slots: `RIGHT`, or a mistake's index plus 1, of each.
            exchanges: the requests, and what the student's program answered.
            turn: where other programs are asked the same, as in a visible check, the
                how-manieth answers these are; they are remembered.
        """
        requests = _requests(exchanges)
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
            if key is not None:
                self._keep({(key, slot): answers for slot, answers in new.items()})
            found |= new
        self.cost_s = self.used_s - before_s
        if key is not None:
            self.cost_s = self._costs_s.setdefault(key, self.cost_s)
        return {slot: found.get(slot, nothing) for slot in slots}

    def _keep(self, new: dict[tuple[bytes, int], Answers]) -> None:
        self._kept |= new
        if len(self._kept) > _KEPT_CAP:
            self._kept.clear()
            self._costs_s.clear()

    def trained(self, exchanges: Sequence[Exchange]) -> tuple[Answers, tuple[Run, ...]]:
        """Return the solution's answers, and the runs that its last call trained."""
        nothing: Answers = [None] * len(exchanges)
        requests = _requests(exchanges)
        if requests is None or not self._ready(RECORDED):
            return nothing, ()
        found = self._performed([RECORDED], requests, exchanges)
        reply = self._request({"do": "training", "calls": 1}) if found else None
        runs = runs_of(reply.get("value")) if isinstance(reply, dict) else None
        own = tuple(run for run in runs or () if run.calls_ago is not None)
        return found.get(RECORDED, nothing), own

    def _performed(
        self,
        slots: Sequence[int],
        requests: list[dict[str, object]],
        exchanges: Sequence[Exchange],
    ) -> dict[int, Answers]:
        """Return the answers of slots that are asked at once.

        Where one never ends they are asked one by one, and that one is not asked again.
        """
        numbers = [slot + 1 for slot in slots]
        payload: dict[str, object] = {
            "do": "rehearse",
            "slots": numbers,
            "requests": requests,
        }
        reply = self._request(payload) if all(map(self._ready, slots)) else None
        replies = reply.get("replies") if isinstance(reply, dict) else None
        if isinstance(replies, list):
            return {
                slot: _answers(answers, requests, exchanges)
                for slot, answers in zip(slots, replies, strict=True)
            }
        if len(slots) > 1:
            one_by_one = [self._performed([s], requests, exchanges) for s in slots]
            return {
                slot: answers for one in one_by_one for slot, answers in one.items()
            }
        if slots and reply is None:
            self._unusable.update(slots)
        return {}

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
        self._worker = None
        self._lived_s = 0.0
        self._loaded.clear()

    def _ready(self, slot: int) -> bool:
        """Return whether a slot can be asked; fill it if it is empty."""
        if slot in self._unusable:
            return False
        if slot not in self._loaded or self._worker is None:
            try:
                text = self._text(slot)
            except AuthorError:  # an edit that no longer applies
                self._unusable.add(slot)
                return False
            used_s = self.used_s
            self._request(
                {
                    "do": "load",
                    "kind": str(ProgramKind.NOTEBOOK),
                    "filename": SOLUTION,
                    "blocks": [(f"{SOLUTION} {slot}", text)],
                    "slot": slot + 1,
                }
            )
            self._loaded.add(slot)
            # Paid once, and by no program alone.
            self.used_s = used_s
        return True

    def _text(self, slot: int) -> str:
        if slot in (RIGHT, RECORDED):
            return self.source
        return apply_variant(self.mistakes[slot - 1], self.source)

    def _request(self, payload: dict[str, object]) -> object:
        """Return the reply, or null where there is none and the worker has ended."""
        worker = self._worker = self._worker or self._launch(self._exercise.limits)
        try:
            reply = worker.request(payload, _REQUEST_S)
        except WorkerEnded:
            self.close()
            return None
        finally:
            self.used_s += worker.used_s
        worker.printed()
        return reply


def _requests(exchanges: Sequence[Exchange]) -> list[dict[str, object]] | None:
    """Return requests in which the program's own answers stand for handles.

    It is null where a handle is not the value of an earlier answer.
    """
    known: dict[int, int] = {}
    requests = []
    for index, exchange in enumerate(exchanges):
        try:
            request = {k: _related(v, known) for k, v in exchange.payload.items()}
        except KeyError:
            return None
        requests.append(request)
        value = exchange.reply.get("value")
        if isinstance(value, Handle):
            known.setdefault(value.number, index)
    return requests


def _key(requests: Sequence[dict[str, object]], turn: int) -> bytes | None:
    """Return what tells equal requests from others; null where they are too large."""
    try:
        return hashlib.sha256(encode(turn, list(requests))).digest()
    except WireError:
        return None


def _related(value: object, known: Mapping[int, int]) -> object:
    if isinstance(value, Handle):
        return {"answer": known[value.number]}
    if isinstance(value, dict):
        return {key: _related(item, known) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_related(item, known) for item in value])
    return value


def _answers(
    replies: object,
    requests: Sequence[dict[str, object]],
    exchanges: Sequence[Exchange],
) -> Answers:
    """Return replies as answers, null for those that are not there."""
    found: Answers = [None] * len(exchanges)
    for index, reply in enumerate(replies if isinstance(replies, list) else []):
        printed = str(reply.pop("printed", ""))
        found[index] = Exchange(exchanges[index].name, requests[index], reply, printed)
    return found
