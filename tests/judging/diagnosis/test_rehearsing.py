"""The solution and its mistakes ask for functions of a check, as a student did."""

from __future__ import annotations

import contextlib
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from helpers import program
from in_process import InProcess

from grader.judging.answers import Raised, value_of
from grader.judging.checks import backs
from grader.judging.checks.calls import Calls
from grader.judging.checks.evidence import Evidence, Exchange
from grader.judging.checks.host import Host
from grader.judging.checks.student import Remote, Student
from grader.judging.diagnosis.agreement import agree, observed
from grader.judging.diagnosis.digests import _answered
from grader.judging.diagnosis.sameness import EXACT
from grader.judging.diagnosis.stage import RIGHT, Stage
from grader.model import Limits, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Answers = list[Exchange | None]
    Rehearsed = Callable[[Callable[[Any], object]], list[tuple[Exchange, ...]]]

SOLUTION = """\
def newton(f, df, x):
    return x - f(x) / df(x)


def fit(batches, w, log):
    for step, x in enumerate(batches):
        log(step, w * x)
        w = w - x
    return w


def twice(f):
    return f(f)


def first(items):
    return next(items)


def total(items):
    return sum(items)
"""
MISTAKES = """\
from grader import edit, mistake

MISTAKES = [
    mistake("plus", "newton", edit("x - f", "x + f"), question="Which way?"),
    mistake("steps", "fit", edit("(batches)", "(batches, 1)"), question="From where?"),
    mistake("all", "first", edit("next(items)", "list(items)[0]"), question="One?"),
]
"""
PLUS, STEPS, ALL = 1, 2, 3


@pytest.fixture
def rehearsed(tmp_path: Path) -> Iterator[Rehearsed]:
    """Return what a program with all mistakes answers, the solution and each mistake.

    For each request of a check that are the answers, in this order.
    """
    (tmp_path / "solution.py").write_text(SOLUTION, encoding="utf-8")
    (tmp_path / "mistakes.py").write_text(MISTAKES, encoding="utf-8")
    exercise = SimpleNamespace(
        solution=tmp_path / "solution.py", source=SOLUTION, limits=Limits(), given=()
    )
    wrong = SOLUTION.replace("x - f", "x + f").replace("(batches)", "(batches, 1)")
    wrong = wrong.replace("next(items)", "list(items)[0]")
    wrong = wrong.replace("sum(items)", "next(items)")

    def put(check: Callable[[Any], object]) -> list[tuple[Exchange, ...]]:
        stage = Stage(exercise, lambda _: InProcess())  # type: ignore[arg-type]  # a double
        host, evidence = (
            Host(program(wrong), Limits(), lambda _: InProcess()),
            Evidence(),
        )
        line = Calls(host, evidence, Visibility.HIDDEN, Remote)
        check(Student(line))
        line.close()
        asked = len(evidence.exchanges)
        found = stage.perform([RIGHT, PLUS, STEPS, ALL], evidence.exchanges)
        others = [[e or Exchange("", None) for e in found[slot]] for slot in found]  # type: ignore[arg-type]  # nothing was asked
        assert len(evidence.exchanges) == asked
        return list(zip(evidence.exchanges, *others, strict=True))

    main, argv = sys.modules["__main__"], sys.argv
    with contextlib.ExitStack() as stack:
        stack.callback(sys.modules.__setitem__, "__main__", main)
        stack.callback(setattr, sys, "argv", argv)
        yield put


def values(answers: tuple[Exchange, ...]) -> list[object]:
    return [value_of(each.answer).value for each in answers]


def test_functions_of_a_check_give_others_what_they_would_have_given(
    rehearsed: Rehearsed,
) -> None:
    def check(student: Any) -> None:
        for root in (4.0, 9.0):

            def shifted(x: float) -> float:
                return square(x) - root  # noqa: B023 - as authors write it

            def square(x: float) -> float:
                return x * x

            student.newton(shifted, lambda x: 2 * x, 1.0)

    first, second = rehearsed(check)

    assert values(first) == [-0.5, 2.5, -0.5, 2.5, 2.5]
    assert values(second) == [-3.0, 5.0, -3.0, 5.0, 5.0]


def test_what_a_function_was_told_is_evidence(rehearsed: Rehearsed) -> None:
    told: list[object] = []

    def check(student: Any) -> None:
        student.fit([2.0, 3.0], 1.0, lambda *seen: told.append(seen))

    ((student, right, plus, steps, _),) = rehearsed(check)

    assert told[:2] == [(1, 2.0), (2, -3.0)]
    assert values((student, right)) == [-4.0, -4.0]
    assert agree(student, steps, EXACT)
    assert not agree(student, right, EXACT)
    assert agree(right, plus, EXACT)
    assert observed(student, right, EXACT, form=False) == {1.0, 2.0}
    shown = [[*_answered(e, form=False, chance=False)] for e in (student, right, steps)]
    assert shown[0] == shown[2] != shown[1]


def test_an_iterator_gives_all_programs_the_same_items(rehearsed: Rehearsed) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(5, 9):
            taken.append(number)
            yield number

    def check(student: Any) -> None:
        source = items()
        student.fit(source, 0, lambda *_: None)
        student.first(iter([7, 8]))

    numbers, once = rehearsed(check)

    assert values(numbers) == [-26] * 5
    assert taken == [5, 6, 7, 8]
    assert values(once) == [7] * 5


def test_an_iterator_goes_on_where_the_student_stopped(rehearsed: Rehearsed) -> None:
    ((student, right, *_),) = rehearsed(lambda student: student.total(iter([1, 2, 3])))

    assert values((student, right)) == [1, 6]


@pytest.mark.parametrize("fault", ["raises", "asks", "gives"])
def test_what_a_check_cannot_give_others_ends_their_answers(
    rehearsed: Rehearsed, fault: str
) -> None:
    def check(student: Any) -> None:
        first = True

        def f(x: float) -> object:
            nonlocal first
            again, first = not first, False
            if again and fault == "raises":
                raise ValueError(x)
            if again and fault == "asks":
                student.newton(f, f, x)
            return student.twice if again and fault == "gives" else x

        student.newton(f, lambda _: 1.0, 3.0)

    ((student, right, *_),) = rehearsed(check)

    assert values((student,)) == [6.0]
    assert isinstance(right.answer, Raised)
    assert "the check" not in right.answer.message


def test_what_is_too_much_to_keep_is_asked_of_nobody(
    rehearsed: Rehearsed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backs, "_KEPT_BYTES", 100)

    ((student, right, *_),) = rehearsed(
        lambda student: student.fit(iter(range(9)), 0, lambda *_: None)
    )

    assert values((student,)) == [-36]
    assert right.answer is None
