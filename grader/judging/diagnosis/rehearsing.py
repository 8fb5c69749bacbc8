"""What the solution and its mistakes ask a check for, while it is rehearsed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import pytest

from grader.judging.answers import Back
from grader.judging.checks.backs import entry_of
from grader.judging.checks.evidence import Exchange
from grader.judging.diagnosis.asking import handles_in
from grader.judging.requests import Call, Resume

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.judging.answers import Answer
    from grader.judging.requests import Asked

_CAP: Final = 10_000
_NOBODY: Final = Call("")


class Rehearsal:
    """The check's side of one rehearsal.

    Args:
        exchanges: what the check asked the student's program, and what came back.
    """

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._exchanges = exchanges
        self._places: dict[int, Counter[int]] = {}
        self._asked: Counter[int] = Counter()
        self._told: dict[tuple[int, int], list[object]] = {}

    def goes_on(self, reply: object) -> Resume | None:
        """Return what answers a program's question; None where it asks none."""
        match reply:
            case {
                "back": int() as number,
                "args": tuple() as args,
                "kwargs": dict() as kwargs,
                "at": (int() as slot, int() as index),
            }:
                named = {key: i for key, i in kwargs.items() if isinstance(key, str)}
                return self._answer(Back(number, args, named), slot, index)
        return None

    def answers(
        self,
        slot: int,
        answers: Sequence[tuple[Answer, str]],
        requests: Sequence[Asked],
    ) -> list[Exchange | None]:
        """Return what one program answered, None for each missing answer.

        Args:
            slot: where the program lives in the worker.
            answers: its answers, and whether something was printed.
            requests: as they were put to it.
        """
        asked = zip(self._exchanges, requests, answers, strict=False)
        found: list[Exchange | None] = []
        for index, (exchange, request, (answer, printed)) in enumerate(asked):
            told = tuple(self._told.get((slot, index), ()))
            found.append(Exchange(exchange.name, request, answer, printed, told=told))
        return found + [None] * (len(self._exchanges) - len(found))

    def _answer(self, asked: Back, slot: int, index: int) -> Resume:
        self._asked[slot] += 1
        held = [*handles_in(asked.args), *handles_in(asked.kwargs)]
        asks = 0 <= index < len(self._exchanges)
        backs = self._exchanges[index].backs if asks else None
        able = backs is not None and backs.knows(asked.number) and not held
        if backs is None or not able or self._asked[slot] > _CAP:
            return Resume(None, _NOBODY, refused=True)
        places = self._places.setdefault(slot, Counter())
        given = pytest.CallInfo.from_call(
            lambda: backs.given(asked, places),
            when="call",
            reraise=(KeyboardInterrupt, SystemExit),
        )
        if given.excinfo is not None or [*handles_in(given.result)]:
            return Resume(None, _NOBODY, refused=True)
        if given.result is None:
            self._told.setdefault((slot, index), []).append(entry_of(asked))
        return Resume(given.result, _NOBODY)
