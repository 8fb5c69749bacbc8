"""A check may say what the student's code shall raise, warn of, print and accept."""

from __future__ import annotations

import pytest
from in_process import checking

from grader import raises
from grader.judging.checks.evidence import CheckEnded
from grader.model import Outcome

PROGRAM = """
import json
import warnings

class BadRate(ValueError):
    pass

def refuse(what):
    if what == "rate":
        raise BadRate("rate below 0")
    if what == "json":
        json.loads("{")
    if what == "bytes":
        b"\\xff".decode()
    if what == "stop":
        next(iter([]))
    if what == "hole":
        raise NotImplementedError("refuse: not written yet")

def warn(n):
    print("warning")
    for _ in range(n):
        warnings.warn("slow", RuntimeWarning)
    return n
"""


def test_exception_of_the_student_s_is_expected() -> None:
    with checking(PROGRAM) as (student, _):
        with raises(ValueError, match="below"):
            student.refuse("rate")
        with raises(student.BadRate):
            student.refuse("rate")
        with raises(ValueError):
            student.refuse("json")
        with raises(ValueError):
            student.refuse("bytes")
        with raises(ZeroDivisionError):
            _ = 1 / 0


@pytest.mark.parametrize(
    ("what", "outcome", "message"),
    [
        ("nothing", Outcome.FAILED, "`refuse` returned, expected a ValueError."),
        ("rate ", Outcome.FAILED, "`refuse` returned, expected a ValueError."),
        ("hole", Outcome.NOT_ATTEMPTED, "`refuse` is not written yet."),
        ("stop", Outcome.ERROR, "`refuse` stopped with StopIteration"),
    ],
)
def test_what_does_not_raise_as_expected_fails(
    what: str, outcome: Outcome, message: str
) -> None:
    with checking(PROGRAM) as (student, _):
        if outcome is Outcome.FAILED:
            student.refuse(what)
        with pytest.raises(CheckEnded) as ended, raises(ValueError):
            student.refuse.call(what)

    assert ended.value.outcome is outcome
    assert ended.value.message.startswith(message)


def test_text_that_is_not_the_expected_one_fails() -> None:
    with (
        checking(PROGRAM) as (student, _),
        pytest.raises(CheckEnded, match="another text") as ended,
        raises(ValueError, match="above"),
    ):
        student.refuse("rate")

    assert ended.value.outcome is Outcome.FAILED


def test_stop_iteration_of_the_student_s_is_no_fault_of_the_check() -> None:
    with checking(PROGRAM) as (student, _), pytest.raises(CheckEnded):
        sum(student.refuse("stop") for _ in range(2))


def test_call_tells_of_warnings_and_of_what_was_printed() -> None:
    with checking(PROGRAM) as (student, _):
        call = student.warn.call(2)
        many = student.warn.call(1000)

    assert call.warned == (("RuntimeWarning", "slow"),) * 2
    assert call.printed == "warning\n"
    assert call.seconds == 0.0
    assert len(many.warned) == 100
