"""A work that was too slow is judged once more, alone, with larger limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from helpers import SMALL_SOLUTION, a_verdict, program

from grader.judging.again import effort_of, settled
from grader.judging.protocol import Effort, Finished, How, Task
from grader.model import Curve, Finding, Limits, Outcome, Verdict
from grader.traces import Extras

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.course import Course, Exercise

T = TypeVar("T")
TABLE = """\
title = "Small"
exercises = ["double"]
[limits]
seconds_per_call = 2
seconds_per_exercise = 6
"""
THREADS = '''\
import torch
from grader import points


@points(10)
def test_checker_computes_with_one_thread(student):
    """A checker has one thread."""
    assert student.double(1) == 2
    assert torch.get_num_threads() == 1
'''


class Judged:
    """Stands in for checkers: a program's source says how many seconds a call takes."""

    def __init__(self, solution_s: float) -> None:
        self._solution_s = solution_s
        self.asked: list[Task] = []

    def __call__(
        self, asked: Iterable[tuple[T, Task]], *, fresh: bool = False
    ) -> Iterator[tuple[T, Finished]]:
        del fresh
        for key, task in asked:
            self.asked.append(task)
            yield key, self._done(task)

    def _done(self, task: Task) -> Finished:
        solution = task.program.filename == "solution.py"
        source = task.program.blocks[0].source
        needed_s = self._solution_s if solution else float(source)
        limits = task.how.limits or Limits(2, 6)
        effort = Effort(needed_s, 2 * needed_s, needed_s > limits.seconds_per_call)
        return Finished(a_verdict(), Extras(), effort)


@pytest.fixture(scope="module")
def exercise(make_course: Callable[..., Course]) -> Exercise:
    return make_course(table=TABLE).exercises[0]


def judged(
    exercise: Exercise,
    *seconds: float,
    solution_s: float = 0.01,
    how: How | None = None,
) -> tuple[list[tuple[float, bool]], list[Task]]:
    """Return what each needs, whether it was too slow, and what was asked."""
    checkers = Judged(solution_s)
    tasks = [
        (needed_s, Task("double", program(str(needed_s)), how or How()))
        for needed_s in seconds
    ]
    found = settled(tasks, checkers, {"double": exercise})
    return [(key, done.effort.cut_short) for key, done in found], checkers.asked


def test_work_within_three_times_its_limit_is_judged_again_at_the_end(
    exercise: Exercise,
) -> None:
    found, asked = judged(exercise, 5.0, 1.0)

    assert found == [(1.0, False), (5.0, False)]
    assert [task.program.blocks[0].source for task in asked] == [
        *("5.0", "1.0", SMALL_SOLUTION, "5.0")
    ]
    assert asked[-1].how.limits == Limits(6, 18)


def test_work_that_could_have_no_thread_is_judged_again_alone(
    exercise: Exercise,
) -> None:
    class Hungry(Judged):
        """Checkers that have threads for a work only when it is alone."""

        def _done(self, _task: Task) -> Finished:
            starved = len(self.asked) <= len(tasks)
            effort = Effort(0.1, 0.1, cut_short=False, starved=starved)
            return Finished(a_verdict(), Extras(), effort)

    checkers = Hungry(0.01)
    tasks = [(n, Task("double", program(f"{n}"))) for n in range(2)]
    found = list(settled(tasks, checkers, {"double": exercise}))

    assert [done.effort.starved for _, done in found] == [False, False]
    assert [task.how.limits for task in checkers.asked] == [None] * 4


@dataclass
class Told:
    """Stands in for the host of a program that was judged."""

    is_slow: bool
    is_whole: bool
    longest_call_s: float = 1.0
    used_s: float = 2.0
    starved: bool = False


@pytest.mark.parametrize(
    ("host", "outcome", "cut_short", "late"),
    [
        (Told(is_slow=True, is_whole=True), Outcome.TIMEOUT, True, ("b",)),
        (Told(is_slow=True, is_whole=True), Outcome.FAILED, False, ()),
        (Told(is_slow=True, is_whole=False), Outcome.TIMEOUT, True, ()),
        (Told(is_slow=True, is_whole=False), Outcome.ERROR, True, ()),
        (Told(is_slow=False, is_whole=True), Outcome.TIMEOUT, False, ("b",)),
    ],
)
def test_limit_that_no_check_met_gives_no_second_go(
    host: Any,
    outcome: Outcome,
    late: tuple[str, ...],
    *,
    cut_short: bool,
) -> None:
    found = {"a": Finding("a", Outcome.PASSED), "b": Finding("b", outcome)}
    effort = effort_of(host, found)

    assert (effort.cut_short, effort.late) == (cut_short, late)


class Late(Judged):
    """Checkers for which it is too late for one check, the first time."""

    def __init__(self, second: Outcome) -> None:
        super().__init__(0.01)
        self._second = second

    def _done(self, task: Task) -> Finished:
        if task.program.filename == "solution.py":
            return Finished(a_verdict(), Extras(), Effort(0.01, 0.02, cut_short=False))
        again = task.how.limits is not None
        late = Finding("late", self._second if again else Outcome.TIMEOUT)
        findings = [late] if again else [Finding("a", Outcome.FAILED), late]
        told = {
            "notes": ("second",) if again else ("first",),
            "curves": () if again else (Curve("a", (1.0,), (1.0,)),),
            "seconds": 1.0,
        }
        cut = late.outcome is Outcome.TIMEOUT
        effort = Effort(1.0, 1.0, cut_short=cut, late=("late",) if cut else ())
        return Finished(a_verdict(*findings, **told), Extras(), effort)


def test_only_the_checks_that_were_late_are_asked_again(exercise: Exercise) -> None:
    checkers = Late(Outcome.PASSED)
    task = Task("double", program("x"), How(draw=2))
    [(_, done)] = settled([(1, task)], checkers, {"double": exercise})

    assert [task.how.names for task in checkers.asked] == [(), ("late",), ("late",)]
    assert [(f.name, f.outcome) for f in done.verdict.findings] == [
        ("a", Outcome.FAILED),
        ("late", Outcome.PASSED),
    ]
    assert done.verdict.notes == ("second",)
    assert [each.name for each in done.verdict.curves] == ["a"]
    assert done.verdict.seconds == 2.0


def test_who_is_late_again_keeps_the_first_verdict(exercise: Exercise) -> None:
    checkers = Late(Outcome.TIMEOUT)
    task = Task("double", program("x"))
    [(_, done)] = settled([(1, task)], checkers, {"double": exercise})

    assert len(done.verdict.findings) == 2
    assert done.verdict.notes == ("first",)


def test_slow_works_are_judged_again_side_by_side(exercise: Exercise) -> None:
    class Grouped(Judged):
        """Checkers that note what they were given together."""

        def __call__(
            self, asked: Iterable[tuple[T, Task]], *, fresh: bool = False
        ) -> Iterator[tuple[T, Finished]]:
            asked = list(asked)
            groups.append([task.program.blocks[0].source for _, task in asked])
            return super().__call__(asked, fresh=fresh)

    groups: list[list[str]] = []
    tasks = [(n, Task("double", program(n))) for n in ("5.0", "0.1", "1e9", "4.0")]
    found = dict(settled(tasks, Grouped(0.01), {"double": exercise}))

    assert groups == [
        ["5.0", "0.1", "1e9", "4.0"],
        [SMALL_SOLUTION] * 3,
        ["5.0", "1e9", "4.0"],
    ]
    assert [n for n, done in found.items() if done.effort.cut_short] == ["1e9"]


def test_work_without_end_is_judged_again_once(exercise: Exercise) -> None:
    found, asked = judged(exercise, 1e9)

    assert found == [(1e9, True)]
    assert [task.program.filename for task in asked] == [
        *("work.py", "solution.py", "work.py")
    ]


def test_limit_is_at_least_twenty_times_what_the_solution_takes(
    exercise: Exercise,
) -> None:
    found, asked = judged(exercise, 29.0, solution_s=1.5)

    assert found == [(29.0, False)]
    assert asked[-1].how.limits == Limits(30, 60)


def test_solution_is_measured_on_the_inputs_of_the_work(exercise: Exercise) -> None:
    _, (first, solution, _) = judged(exercise, 5.0, how=How(draw=3))

    assert solution.program.sha256 == first.program.sha256
    assert solution.how.draw == 3


def test_work_that_may_fail_by_being_slow_is_judged_once(exercise: Exercise) -> None:
    found, asked = judged(exercise, 5.0, how=How(again=False))

    assert found == [(5.0, True)]
    assert len(asked) == 1


def test_checker_computes_with_one_thread(
    judge_small: Callable[..., Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    found = judge_small(program("def double(x): return 2 * x"), hidden=THREADS)

    assert [finding.outcome for finding in found.findings] == [Outcome.PASSED] * 2
