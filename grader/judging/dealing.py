"""Deals works to nodes in small bundles, and knows which node has which.

A node has one bundle at a time, so that it is known what it was doing when it ended.
The bundles get smaller towards the end, and one that takes far longer than others is
dealt a second time to a node that has nothing to do: no slow node holds up the last
works. The works of a bundle whose node ended are dealt again, each alone; a work that
loses a second node is given up.
"""

from __future__ import annotations

import collections
import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

MOST: Final = 8
"""The most works that are dealt for each one that a node judges at a time."""

NODES_CAP: Final = 2
"""A work that has lost this many nodes is given up."""

PATIENCE: Final = 3.0
"""A bundle is slow if it takes this many times as long as the longest before it."""

PATIENCE_S: Final = 30.0
"""No bundle is slow before."""

_BYTES_CAP: Final = 16 << 20


@dataclass(eq=False, slots=True)
class _Dealt(Generic[T]):
    """A work, how many nodes it may have cost, and whether it is done with."""

    work: T
    lost: int = 0
    settled: bool = False


@dataclass(eq=False, slots=True)
class _Hand(Generic[T]):
    """A bundle that a node has, and since when."""

    works: list[_Dealt[T]]
    since: float
    twice: bool = False


@dataclass
class Dealer(Generic[T]):
    """Deals works; nodes are known by any name.

    Attributes:
        works: what is to be judged; read a little ahead of what is dealt.
        size: how many bytes a work takes.
    """

    works: Iterable[T]
    size: Callable[[T], int]
    _hands: dict[object, _Hand[T]] = field(default_factory=dict, init=False)
    _waiting: collections.deque[_Dealt[T]] = field(
        default_factory=collections.deque, init=False
    )
    _alone: collections.deque[_Dealt[T]] = field(
        default_factory=collections.deque, init=False
    )
    _open: int = field(default=0, init=False)
    _longest_s: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._source = iter(self.works)

    def finished(self) -> bool:
        """Return whether all works are done with."""
        self._read(1)
        return not self._open

    def deal(self, node: object, jobs: int, all_jobs: int, now: float) -> list[T]:
        """Return the works that a node without any is to judge next, if any.

        Args:
            node: which one.
            jobs: how many it judges at a time.
            all_jobs: how many all nodes do.
            now: the time in seconds, on any clock.
        """
        self._read(2 * MOST * all_jobs)
        share = math.ceil(len(self._waiting) / (2 * all_jobs))
        works = list(self._taken(min(MOST, share) * jobs))
        if not works and self._alone:
            works = [self._alone.popleft()]
        if works:
            self._hands[node] = _Hand(works, now)
            return [one.work for one in works]
        slow = self._slow(now)
        if slow is None:
            return []
        slow.twice = True
        self._hands[node] = _Hand(slow.works, now, twice=True)
        return [one.work for one in slow.works]

    def dealt(self, node: object) -> list[T]:
        """Return the works that a node has."""
        hand = self._hands.get(node)
        return [] if hand is None else [one.work for one in hand.works]

    def answered(self, node: object, now: float) -> list[T | None]:
        """Return the works of a node's bundle, None for those that are done with."""
        hand = self._hands.pop(node, None)
        if hand is None:
            return []
        self._longest_s = max(self._longest_s, now - hand.since)
        return [self._settled(one) for one in hand.works]

    def unheard(self, node: object) -> None:
        """Deal a node's bundle again: its answer is lost, by no fault of a work."""
        hand = self._hands.pop(node, None)
        if hand is not None:
            self._waiting.extendleft(self._nowhere(hand))

    def ended(self, node: object) -> list[T]:
        """Return the works that are given up, since a node has ended."""
        hand = self._hands.pop(node, None)
        given_up = []
        for one in self._nowhere(hand) if hand is not None else ():
            one.lost += 1
            if one.lost < NODES_CAP:
                self._alone.append(one)
            else:
                self._settled(one)
                given_up.append(one.work)
        return given_up

    def _read(self, count: int) -> None:
        """Read ahead until that many works wait, or there are no more."""
        lacking = max(0, count - len(self._waiting))
        for work in itertools.islice(self._source, lacking):
            self._waiting.append(_Dealt(work))
            self._open += 1

    def _taken(self, count: int) -> Iterator[_Dealt[T]]:
        taken = size = 0
        while self._waiting and taken < count and size < _BYTES_CAP:
            one = self._waiting.popleft()
            taken, size = taken + 1, size + self.size(one.work)
            yield one

    def _slow(self, now: float) -> _Hand[T] | None:
        """Return the bundle that has taken longest, where it is too slow."""
        allowed_s = max(PATIENCE_S, PATIENCE * self._longest_s)
        slow = [
            hand
            for hand in self._hands.values()
            # A work that may have cost a node is not to cost two at once.
            if not hand.twice and not any(one.lost for one in hand.works)
            if now - hand.since > allowed_s
        ]
        return min(slow, key=lambda hand: hand.since, default=None)

    def _settled(self, one: _Dealt[T]) -> T | None:
        """Return the work of one that was open; None if it was done with."""
        if one.settled:
            return None
        one.settled = True
        self._open -= 1
        return one.work

    def _nowhere(self, hand: _Hand[T]) -> list[_Dealt[T]]:
        """Return the works of a bundle that are open, and that no other node has."""
        elsewhere = {id(one) for h in self._hands.values() for one in h.works}
        return [o for o in hand.works if not o.settled and id(o) not in elsewhere]
