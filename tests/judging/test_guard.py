"""Checks that do not end are ended, with the place; students' time does not count."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from helpers import verdict_on, work

from grader.judging.guard import CheckTooLong, Guard
from grader.judging.session import How, open_judges
from grader.model import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

TABLE = """\
title = "Small"
exercises = ["double"]
[limits]
seconds_per_check = 0.3
[exercise.double]
title = "Double"
points = 12
"""
ENDLESS = '''\
from grader import close_to, points

@points(2)
def test_loops(student):
    """A loop."""
    student.double(1)
    while True:
        pass

@points(2)
def test_rejects(student, draw):
    """No draw is ever good enough."""
    while draw.real() < 1e9:
        student_seen = 1

@points(2)
def test_swallows(student):
    """A loop that takes what is raised into it, for a while."""
    for _ in range(3):
        try:
            while True:
                pass
        except BaseException:
            pass
    assert False

@points(2)
def test_sleeps(student):
    """A nap."""
    import time
    time.sleep(60)

@points(2)
def test_distinct(student):
    """Three numbers."""
    assert len(set(student.numbers())) == 3

@points(2)
def test_is_right(student):
    """double(1) is 2."""
    assert student.double(1) == close_to(2)
'''
SOLUTION = "def double(x): return 2 * x\ndef numbers(): return [1, 2, 3]\n"
# Numbers of one hash: a set of them takes for ever.
MANY = "def numbers(): return [(2**61 - 1) * n for n in range(30_000)]\n"
OF_SOLUTION = How(authors=True)


@pytest.fixture(scope="module")
def verdicts(make_course: Callable[..., Course], gate: Gate) -> dict[bool, Verdict]:
    """Return what is found of the solution, and of a student's same program."""
    course = make_course(hidden=ENDLESS, table=TABLE, solution=SOLUTION)
    with open_judges(course, gate=gate) as judges:
        [(_, author)] = judges.judge([work(SOLUTION)], OF_SOLUTION)
        return {True: author, False: verdict_on(judges, SOLUTION + MANY)}


def test_check_that_does_not_end_is_ended_and_named(
    verdicts: dict[bool, Verdict],
) -> None:
    findings = {f.name: f for f in verdicts[False].findings}
    faults = verdicts[False].faults

    assert findings["test_is_right"].outcome is Outcome.PASSED
    for name, place in {
        "test_loops": "line 7, in test_loops",
        "test_rejects": "line 13, in test_rejects",
        "test_sleeps": "line 31, in test_sleeps",
    }.items():
        assert findings[name].outcome is Outcome.GRADER_ERROR
        assert "not your fault" in findings[name].message
        assert f"test_hidden.py, {place}: ran longer than 0.3 s." in faults


def test_check_that_ends_with_the_solution_is_ended_by_what_the_program_gave(
    verdicts: dict[bool, Verdict],
) -> None:
    findings = {f.name: f for f in verdicts[False].findings}
    of_solution = {f.name: f for f in verdicts[True].findings}

    assert of_solution["test_distinct"].outcome is Outcome.PASSED
    assert findings["test_distinct"].outcome is Outcome.TIMEOUT
    assert "came to no end with what your code gave" in (
        findings["test_distinct"].message
    )
    assert not any("test_distinct" in fault for fault in verdicts[False].faults)


def test_check_that_swallows_what_is_raised_still_ends(
    verdicts: dict[bool, Verdict],
) -> None:
    ends = {f.name: f.outcome for f in verdicts[False].findings}

    assert ends["test_swallows"] is not Outcome.PASSED


def test_authors_own_program_is_told_where_it_ended(
    verdicts: dict[bool, Verdict],
) -> None:
    findings = {f.name: f.message for f in verdicts[True].findings}

    assert findings["test_sleeps"] == "test_hidden.py, line 31: ran longer than 0.3 s."
    assert findings["test_is_right"] == ""


class Idle(SimpleNamespace):
    """A host, as far as a guard looks at one."""


def host(**told: Any) -> Any:
    return Idle(**{"waited_s": 0.0, "read_s": 0.0, "asking": False, **told})


def compute(seconds: float) -> None:
    """Use computing time."""
    until_s = time.thread_time() + seconds
    while time.thread_time() < until_s:
        pass


def test_time_of_the_students_code_is_not_the_checks() -> None:
    idle = host()
    with Guard().over(idle, 0.05):
        idle.waited_s += 1000.0
        time.sleep(0.3)

    with Guard().over(host(asking=True), 0.05):
        time.sleep(0.3)


def test_reading_answers_is_not_the_checks_own_time() -> None:
    idle = host()
    with Guard().over(idle, 0.05):
        idle.waited_s = idle.read_s = 1000.0
        compute(0.2)


def test_what_runs_within_something_else_is_watched_alone() -> None:
    guard = Guard()
    with guard.over(host(), 0.05):
        with guard.over(host(), 60.0):
            compute(0.2)
        with guard.paused():
            compute(0.2)
        with pytest.raises(CheckTooLong, match=r"0\.01 s"):  # noqa: SIM117
            with guard.over(host(), 0.01):
                compute(5)
        # The outer one goes on: it has computed for long enough now.
        with pytest.raises(CheckTooLong, match=r"0\.05 s"):
            compute(5)


def test_slow_machine_gives_more_time() -> None:
    with Guard(pace=100.0).over(host(), 0.05):
        time.sleep(0.3)

    with pytest.raises(CheckTooLong, match=r"ran longer than 0\.05 s"):  # noqa: SIM117
        with Guard().over(host(), 0.05):
            time.sleep(5)


def test_nothing_is_raised_afterwards() -> None:
    with Guard().over(host(), 0.05):
        pass
    time.sleep(0.3)
