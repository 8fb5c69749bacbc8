"""A function's own backward is compared with the slopes of its own values."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from in_process import checking

from grader.errors import AuthorError
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.gradchecking import gradcheck
from grader.model import Outcome

PROGRAM = """
import torch

class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        return 2 * x * grad

class Forgets(Square):
    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        return 2 * x

class Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        p = torch.softmax(x, 0)
        ctx.save_for_backward(p)
        return p
    @staticmethod
    def backward(ctx, grad):
        p, = ctx.saved_tensors
        return torch.zeros_like(p)

def forgets(x): return Forgets.apply(x)
def softmax(x): return Softmax.apply(x)
def scaled(x, n, y, k=1.0): return n * x.sin() * y * k, 3 * y
def unused(x, y): return x * 2
def half(x, y): return x * y.detach()
def rounded(x): return torch.tensor(x.tolist()).requires_grad_() * 1
def numbers(x): return x.tolist()
def narrow(x): return (x.float() ** 3).sum()
def shapes(x): return x[x > 0]
"""
FINE = torch.tensor([0.3, -1.2, 2.0], dtype=torch.float64)
RIGHT = {
    "scaled": (FINE, 2, FINE + 1),
    "unused": (FINE, FINE),
    "narrow": (FINE.float(),),
}
WRONG = {
    "forgets": (FINE,),
    "softmax": (FINE,),
    "half": (FINE, FINE),
    "rounded": (FINE,),
    "numbers": (FINE,),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_backward_passes(name: str) -> None:
    with checking(PROGRAM) as (student, _):
        assert gradcheck(getattr(student, name), *RIGHT[name])


def test_named_arguments_and_functions_of_objects_are_checked_as_well() -> None:
    with checking(PROGRAM) as (student, _):
        assert gradcheck(student.scaled, FINE, 2, FINE, k=0.5)
        assert gradcheck(student.Square.apply, FINE)
        with pytest.raises(CheckEnded):
            gradcheck(student.Forgets.apply, FINE)


@pytest.mark.parametrize("name", WRONG)
def test_backward_that_does_not_belong_to_the_values_fails(name: str) -> None:
    with checking(PROGRAM) as (student, _), pytest.raises(CheckEnded) as caught:
        gradcheck(getattr(student, name), *WRONG[name])

    assert caught.value.outcome is Outcome.FAILED
    assert f"`{name}` gives " in caught.value.message


def test_argument_of_the_wrong_gradient_is_named() -> None:
    with checking(PROGRAM) as (student, _), pytest.raises(CheckEnded) as caught:
        gradcheck(student.half, FINE, FINE)

    assert "another gradient by argument 2 than" in caught.value.message


@pytest.mark.parametrize("args", [(3.0,), (torch.tensor([1, 2]),), ()])
def test_nothing_to_move_is_the_authors_mistake(args: Any) -> None:
    with checking(PROGRAM) as (student, _), pytest.raises(AuthorError):
        gradcheck(student.Square.apply, *args)


def test_function_of_the_author_s_is_refused() -> None:
    with pytest.raises(AuthorError, match="function of the student's"):
        gradcheck(torch.sin, FINE)
