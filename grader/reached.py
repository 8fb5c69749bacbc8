"""Verdicts are recalled or reached, and stay in the store until they are scored."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import msgspec

from grader.judging.session import How
from grader.model import Verdict
from grader.spool import Spool
from grader.verdicts import KEY_BYTES

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from grader.judging.session import Judges
    from grader.model import Work
    from grader.verdicts import VerdictStore
    from grader.vouching import Known

# Whose work, for which exercise, at which attempt.
_WorkKey = tuple[str, str, int]

_UNKNOWN = bytes(KEY_BYTES)


class Reached:
    """Verdicts by the places of their works: known from before, or reached now.

    Args:
        store: where they are on record.
        count: how many works there are.
    """

    def __init__(self, store: VerdictStore, count: int) -> None:
        self._store = store
        self._keys = bytearray(count * KEY_BYTES)
        # Those with a fault, which are not put on record.
        self._faulty = Spool(Verdict)
        self._places: dict[int, int] = {}

    def know(self, place: int, key: bytes) -> None:
        """Note under which key the verdict on a work is on record."""
        self._keys[place * KEY_BYTES : (place + 1) * KEY_BYTES] = key

    def record(self, place: int, work: Work, verdict: Verdict, how: How) -> None:
        """Put the verdict on a work on record, and its program."""
        if work.program is None:
            return
        key = self._store.record_work(verdict, how, work.exercise, work.program)
        if key is None:
            self._places[place] = len(self._faulty)
            self._faulty.append(verdict)
        else:
            self.know(place, key)

    def __call__(self, place: int) -> Verdict | None:
        """Return the verdict on a work; None where there was no program to judge."""
        if place in self._places:
            return self._faulty[self._places[place]]
        key = bytes(self._keys[place * KEY_BYTES : (place + 1) * KEY_BYTES])
        return None if key == _UNKNOWN else self._store.recall(key)


class ToJudge(msgspec.Struct):
    """Which works are to be judged, by their places among all.

    Attributes:
        places: those to judge in each way.
        exercises: the exercises that they are for, as they come.
    """

    places: dict[How, array[int]] = {}
    exercises: dict[str, None] = {}

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.places.values()))

    def add(self, place: int, exercise: str, how: How) -> None:
        """Have one more work judged."""
        self.places.setdefault(how, array("Q")).append(place)
        self.exercises[exercise] = None


def recall(
    works: Iterable[Work],
    known: Known,
    hows: Mapping[str, How],
    anew: Collection[str],
    reached: Reached,
) -> ToJudge:
    """Return the works to judge; of the others the verdict is known.

    Args:
        works: what was handed in.
        known: what earlier runs have found.
        hows: how works for each exercise are judged.
        anew: the exercises that are judged again, whatever is known.
        reached: is told which verdicts are known.
    """
    to_judge = ToJudge()
    for place, work in enumerate(works):
        if work.program is None:
            continue
        how = hows[work.exercise]
        key = None if work.exercise in anew else known.key(work, how)
        if key is None:
            to_judge.add(place, work.exercise, how)
        else:
            reached.know(place, key)
    return to_judge


def judge(
    works: Sequence[Work],
    to_judge: ToJudge,
    judges: Judges,
    reached: Reached,
    told: Callable[[Work, Verdict], None],
) -> None:
    """Judge works; each verdict is on record before the next is awaited.

    Args:
        works: what was handed in.
        to_judge: the places of those to judge.
        judges: judge them.
        reached: is told what they found.
        told: is told of each.
    """
    asked: dict[_WorkKey, int] = {}

    def given(places: Iterable[int]) -> Iterator[Work]:
        for place in places:
            work = works[place]
            asked[_key(work)] = place
            yield work

    for how, places in to_judge.places.items():
        for work, verdict in judges.judge(given(places), how):
            reached.record(asked.pop(_key(work)), work, verdict, how)
            told(work, verdict)


def _key(work: Work) -> _WorkKey:
    return work.student, work.exercise, work.delivery.attempt if work.delivery else 1
