"""Works that were too slow are judged once more, alone, when all else is done.

A machine may be slower than it was when its pace was measured: other processes share
its cores and caches. What counts is that the machine's slowness fails nobody, and that
a loop without end stays cheap: the second time it may run into one limit, no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec

from grader.judging.protocol import Done, Effort, How, Task
from grader.model import Block, Limits, Program, ProgramKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.course import Exercise

T = TypeVar("T")


class Once(Protocol):
    """Judges tasks once each, side by side."""

    def __call__(self, asked: Iterable[tuple[T, Task]]) -> Iterator[tuple[T, Done]]:
        """Yield what each task was asked for, with what came of it, as they end."""


PATIENCE: Final = 3.0
"""How many times the limits a slow work may use when it is judged again."""

SOLUTIONS: Final = 20.0
"""How many times the solution's own time it may use at least."""


def settled(
    asked: Iterable[tuple[T, Task]], once: Once, exercises: Mapping[str, Exercise]
) -> Iterator[tuple[T, Done]]:
    """Yield what each task was asked for, with what came of it; slow works' come last.

    Args:
        asked: what to judge.
        once: judges it.
        exercises: by id.
    """
    slow: list[tuple[T, Task, Done]] = []
    for (key, task), done in once((one, one[1]) for one in asked):
        if done.effort.cut_short and task.how.again:
            slow.append((key, task, done))
        else:
            yield key, done
    for key, task, first in slow:
        second = _second(task, once, exercises[task.exercise])
        yield key, first if second.effort.cut_short else second


def _second(task: Task, once: Once, exercise: Exercise) -> Done:
    """Return what comes of a task with larger limits."""
    solution = _solution(task, exercise)
    effort = _alone(solution, once).effort if solution else None
    how = msgspec.structs.replace(task.how, limits=_larger(exercise.limits, effort))
    return _alone(msgspec.structs.replace(task, how=how), once)


def _alone(task: Task, once: Once) -> Done:
    [(_, done)] = once([(None, task)])
    return done


def _solution(task: Task, exercise: Exercise) -> Task | None:
    """Return the task of judging the solution on the very inputs of another task."""
    if exercise.solution is None:
        return None
    name = exercise.solution.name
    block = Block(name, exercise.solution.read_bytes())
    # Inputs are drawn from the digest.
    program = Program(ProgramKind.SCRIPT, name, task.program.sha256, (block,))
    asked = task.how
    how = How(asked.draw, asked.only, asked.about, diagnose=False)
    return Task(task.exercise, program, how)


def _larger(limits: Limits, solution: Effort | None) -> Limits:
    """Return limits for the second time, given what the solution takes right now."""
    call_s = PATIENCE * limits.seconds_per_call
    all_s = PATIENCE * limits.seconds_per_exercise
    if solution is not None:
        call_s = max(call_s, SOLUTIONS * solution.longest_call_s)
        all_s = max(all_s, SOLUTIONS * solution.all_calls_s)
    return msgspec.structs.replace(
        limits, seconds_per_call=call_s, seconds_per_exercise=all_s
    )
