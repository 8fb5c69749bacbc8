"""Context managers of the student's, the same object twice, calls of what it holds."""

from __future__ import annotations

import pytest
import torch
from in_process import checking

from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import CheckEnded

PROGRAM = """
import contextlib
import torch

events = []

class Noted:
    def __init__(self, hides=False):
        self.hides = hides
    def __enter__(self):
        events.append("in")
        return self
    def __exit__(self, kind, error, trace):
        events.append(None if kind is None else kind.__name__)
        return self.hides

@contextlib.contextmanager
def swapped(values, value):
    before = values[:]
    values[:] = [value]
    try:
        yield 7
    finally:
        values[:] = before

class Holder:
    ops = "mine"
    def __init__(self):
        self.held = self
        self.inner = Noted()

class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x
    @staticmethod
    def backward(ctx, grad):
        return 3 * grad
"""


class OwnError(KeyError):
    """An exception that only the check has."""


def test_context_manager_is_entered_and_left() -> None:
    with checking(PROGRAM) as (student, _):
        manager = student.Noted()
        with manager as entered:
            assert student.events == ["in"]

        assert entered is manager
        assert student.events == ["in", None]


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (ValueError("a hidden number: 7"), "ValueError"),
        (OwnError(), "KeyError"),
        (AssertionError(), "AssertionError"),
    ],
)
def test_what_the_check_raises_arrives_by_its_kind(error: Exception, name: str) -> None:
    with checking(PROGRAM) as (student, _):
        with pytest.raises(type(error)), student.Noted():
            raise error
        with student.Noted(hides=True):
            raise error

        assert student.events == ["in", name, "in", name]


def test_generator_is_a_context_manager_too() -> None:
    with checking(PROGRAM) as (student, _):
        with student.swapped(student.events, 5.0) as given:
            assert (given, student.events) == (7, [5.0])
        with pytest.raises(ZeroDivisionError), student.swapped(student.events, 5.0):
            raise ZeroDivisionError
        assert student.events == []


def test_what_is_no_context_manager_is_the_student_s_fault() -> None:
    with (
        checking(PROGRAM) as (student, _),
        pytest.raises(CheckEnded, match="AttributeError"),
        student.Holder(),
    ):
        pass


def test_one_object_has_one_stand_in() -> None:
    with checking(PROGRAM) as (student, _):
        holder = student.Holder()

        assert holder.held is holder
        assert holder.inner is holder.inner
        assert holder.inner is not holder
        assert student.Noted() is not student.Noted()


def test_what_an_object_holds_has_gradients() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    with checking(PROGRAM) as (student, _):
        assert student.Twice.apply.gradient(x) == close_to([3.0, 3.0])
        assert student.Twice.apply.gradients(x)[0] == close_to([3.0, 3.0])
        assert student.Twice.apply.ops(x) == {"mul": 1}
        assert student.Holder().ops == "mine"
        with pytest.raises(CheckEnded, match="has no `other`"):
            _ = student.Twice.apply.other
