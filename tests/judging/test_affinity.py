"""A checker goes on with an exercise that it has begun, and nobody waits for ever."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from grader.judging.affinity import AHEAD, Coming
from grader.judging.protocol import How, Task
from grader.model import Program, ProgramKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROGRAM = Program(ProgramKind.SCRIPT, "a.py", "0" * 64, ())


def tasks(exercises: Iterable[str]) -> Iterator[tuple[int, Task]]:
    for number, exercise in enumerate(exercises):
        yield number, Task(exercise, PROGRAM, How())


def taken(coming: Coming[int], own: str, others: str) -> int:
    number, task = coming.taken(set(own), set(others))
    assert isinstance(task, Task)
    return number


def test_one_checker_takes_the_tasks_as_they_come() -> None:
    coming = Coming(tasks("abab"))

    assert [taken(coming, "b", "") for _ in range(4)] == [0, 1, 2, 3]
    assert not coming


@pytest.mark.parametrize(
    ("own", "others", "number"),
    [
        ("b", "a", 2),  # what it knows
        ("d", "ab", 3),  # else what nobody else knows
        ("d", "abc", 0),  # else the first
        ("", "a", 2),
    ],
)
def test_checker_takes_what_costs_least(own: str, others: str, number: int) -> None:
    assert taken(Coming(tasks("aabc")), own, others) == number


def test_each_of_several_checkers_keeps_to_its_exercises() -> None:
    met: tuple[set[str], set[str]] = (set(), set())
    coming = Coming(tasks("abcd" * 25))
    for turn in itertools.count():
        if not coming:
            break
        mine, other = met[turn % 2], met[1 - turn % 2]
        mine.add(coming.taken(mine, other)[1].exercise)

    assert met[0].isdisjoint(met[1])


def test_task_of_another_s_exercise_does_not_wait_for_ever() -> None:
    coming = Coming(tasks(itertools.chain("a" * AHEAD, itertools.repeat("b"))))
    numbers = [taken(coming, "b", "a") for _ in range(2)]

    assert numbers == [0, AHEAD]


def test_no_more_is_read_than_is_looked_at() -> None:
    read = itertools.count()
    coming = Coming((n, Task("a", PROGRAM, How())) for n in read)
    coming.taken({"a"}, {"b"})

    assert next(read) == AHEAD
