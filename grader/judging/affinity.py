"""Which of the next tasks a checker gets: one of an exercise that it has begun with.

A checker loads an exercise's mistakes when the first work fails there, and has them
answer what all programs are asked. That takes seconds, and each checker that meets the
exercise does it; so one checker keeps an exercise while the others have enough to do.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from grader.judging.protocol import Task

T = TypeVar("T")

AHEAD: Final = 64
"""Among so many of the next tasks one is looked for; none of them waits for ever."""


class Coming(Generic[T]):
    """The tasks that are still to be judged; a few of them are looked at in advance.

    Args:
        asked: the tasks, each with what it is asked for.
    """

    def __init__(self, asked: Iterable[tuple[T, Task]]) -> None:
        self._asked = iter(asked)
        self._near: list[tuple[T, Task]] = []

    def __bool__(self) -> bool:
        self._look(1)
        return bool(self._near)

    def taken(self, own: Collection[str], others: Collection[str]) -> tuple[T, Task]:
        """Return the next task for a checker, which is no more to come.

        Args:
            own: the exercises that the checker has met.
            others: those that other checkers have met; if there are none, the order
                of the tasks is kept.
        """
        self._look(AHEAD if others else 1)
        names = [task.exercise for _, task in self._near]
        near = [place for place, name in enumerate(names) if name in own]
        new = [place for place, name in enumerate(names) if name not in others]
        return self._near.pop([*near, *new, 0][0] if others else 0)

    def _look(self, count: int) -> None:
        more = max(0, count - len(self._near))
        self._near += itertools.islice(self._asked, more)
