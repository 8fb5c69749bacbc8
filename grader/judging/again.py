"""Judges works again that had bad luck or ended a checker, at the end.

A machine may be slower than it was when its pace was measured, because other processes
share its cores and caches. Its slowness must fail nobody, and a loop without end must
stay cheap: the second time it runs into one limit, no more, and only the checks for
which it was too late are asked again, if there are any. Such works are judged side by
side once more; their larger limits have room for one another.

The threads of a machine are limited, too, and another work may hold them: whoever could
not have one is judged again, alone.

A checker that dies may have died of anything. If a second one, new and alone, dies of
the same work, the work is the cause: it costs its own student, and nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec

from grader.course.parts import program_from
from grader.errors import InternalError
from grader.judging.protocol import Effort, Finished, How, Task
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.course import Exercise
    from grader.judging.checks.host import Host
    from grader.model import Finding, Limits

T = TypeVar("T")


class Once(Protocol):
    """Judges tasks once each, side by side."""

    def __call__(
        self, asked: Iterable[tuple[T, Task]], *, fresh: bool = False
    ) -> Iterator[tuple[T, Finished]]:
        """Yield what each task was asked for, and its result, as they end.

        Args:
            asked: what to judge.
            fresh: whether a checker that has judged nothing yet is to do it.
        """


PATIENCE: Final = 3.0
"""How many times the limits a slow work may use when it is judged again."""

SOLUTIONS: Final = 20.0
"""How many times the solution's own time it may use at least."""


def effort_of(host: Host, findings: Mapping[str, Finding]) -> Effort:
    """Return what the checks of a program took, and for which it was too late."""
    late = [name for name, f in findings.items() if f.outcome is Outcome.TIMEOUT]
    return Effort(
        host.longest_call_s,
        host.used_s,
        # A limit that no check met cost nothing.
        cut_short=host.is_slow and bool(late or not host.is_whole),
        starved=host.starved,
        late=tuple(late) if host.is_whole else (),
    )


def settled(
    asked: Iterable[tuple[T, Task]], once: Once, exercises: Mapping[str, Exercise]
) -> Iterator[tuple[T, Finished]]:
    """Yield what each task was asked for, with what came of it; second goes come last.

    Args:
        asked: what to judge.
        once: judges it.
        exercises: by id.

    Raises:
        InternalError: the solution ends checkers, too.
    """
    slow: list[tuple[T, Task, Finished]] = []
    starved: list[tuple[T, Task, Finished]] = []
    deadly: list[tuple[T, Task]] = []
    for (key, task), done in once((one, one[1]) for one in asked):
        effort = done.effort
        if done.death:
            deadly.append((key, task))
        elif task.how.again and effort.starved:
            starved.append((key, task, done))
        elif task.how.again and effort.cut_short:
            slow.append((key, task, done))
        else:
            yield key, done
    yield from _with_larger_limits(slow, once, exercises)
    for key, task, first in starved:
        # Alone there are the threads that other works hold now.
        second = _alone(task, once)
        yield key, first if second.death else second
    sound: set[str] = set()
    for key, task in deadly:
        second = _alone(task, once, fresh=True)
        if second.death and task.exercise not in sound:
            _must_live(task, once, exercises[task.exercise])
            sound.add(task.exercise)
        yield key, second


def _must_live(task: Task, once: Once, exercise: Exercise) -> None:
    """Raise InternalError where the solution ends a checker on the inputs of a task."""
    solution = _solution(task, exercise)
    if solution is not None and _alone(solution, once, fresh=True).death:
        raise InternalError(
            f"{task.exercise}: the process that judges ends while it judges the "
            f"solution, too. What was graded so far is kept. Run `grader doctor`, and "
            f"look for a check that uses up the machine's memory."
        )


def _with_larger_limits(
    slow: list[tuple[T, Task, Finished]], once: Once, exercises: Mapping[str, Exercise]
) -> Iterator[tuple[T, Finished]]:
    """Yield what came of works that were too slow; the second verdict, if they end."""
    found = [
        _solution(task, exercises[task.exercise], first.effort.late)
        for _, task, first in slow
    ]
    solutions = [(at, task) for at, task in enumerate(found) if task is not None]
    efforts = {at: done.effort for at, done in once(solutions)}

    def larger(at: int, task: Task) -> Task:
        limits = _larger(exercises[task.exercise].limits, efforts.get(at))
        late = slow[at][2].effort.late or task.how.names
        how = msgspec.structs.replace(task.how, limits=limits, names=late)
        return msgspec.structs.replace(task, how=how)

    again = [(one, larger(at, one[1])) for at, one in enumerate(slow)]
    for (key, _, first), second in once(again):
        asked = first.effort.late or first.verdict.findings
        stopped = len(second.verdict.findings) < len(asked)
        lost = second.effort.cut_short or second.death or stopped
        yield key, first if lost else _together(first, second)


def _together(first: Finished, second: Finished) -> Finished:
    """Return the second result, with what only the first one has."""
    if not first.effort.late:
        return second
    old, new = first.verdict, second.verdict
    found = {finding.name: finding for finding in new.findings}
    unexplained = [each for each in old.unexplained if each.check not in found]
    curves = [each for each in old.curves if each.name not in found]
    verdict = msgspec.structs.replace(
        new,
        findings=tuple(found.get(each.name, each) for each in old.findings),
        seconds=round(old.seconds + new.seconds, 4),
        faults=tuple(dict.fromkeys((*old.faults, *new.faults))),
        unexplained=(*unexplained, *new.unexplained),
        curves=(*curves, *new.curves),
        lacks=tuple(dict.fromkeys((*old.lacks, *new.lacks))),
    )
    extras = msgspec.structs.replace(
        second.extras,
        measures=(*first.extras.measures, *second.extras.measures),
        traces=(*first.extras.traces, *second.extras.traces),
    )
    return msgspec.structs.replace(second, verdict=verdict, extras=extras)


def _alone(task: Task, once: Once, *, fresh: bool = False) -> Finished:
    [(_, done)] = once([(None, task)], fresh=fresh)
    return done


def _solution(
    task: Task, exercise: Exercise, names: tuple[str, ...] = ()
) -> Task | None:
    """Return the task that judges the solution on the inputs of another task.

    Args:
        task: the other task.
        exercise: whose solution it is.
        names: the checks to ask; if there are none, all.
    """
    if exercise.solution is None:
        return None
    # Inputs are drawn from the digest.
    name, sha256 = exercise.solution.name, task.program.sha256
    program = program_from(exercise.source, name, sha256)
    asked = task.how
    how = How(asked.draw, asked.only, asked.about, names, diagnose=False)
    return Task(task.exercise, program, how)


def _larger(limits: Limits, solution: Effort | None) -> Limits:
    """Return limits for the second time, from what the solution takes at present."""
    call_s = PATIENCE * limits.seconds_per_call
    all_s = PATIENCE * limits.seconds_per_exercise
    if solution is not None:
        call_s = max(call_s, SOLUTIONS * solution.longest_call_s)
        all_s = max(all_s, SOLUTIONS * solution.all_calls_s)
    return msgspec.structs.replace(
        limits, seconds_per_call=call_s, seconds_per_exercise=all_s
    )
