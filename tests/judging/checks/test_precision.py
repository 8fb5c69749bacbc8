"""A program that computes in float64 gets what a check beside it would make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from in_process import checking

from grader.judging.checks.comparison import close_to

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = """
import torch
torch.set_default_dtype(torch.float64)

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
    def forward(self, x):
        return self.linear(x)

def doubled(model, x):
    return model(x.double())

def first(pairs, by_name):
    return Model()(pairs[0][0]) + Model()(by_name["x"])

def slope(w, x):
    return w * torch.tensor([x])

def step(w, x):
    w.grad = None
    (w * x).sum().backward()
    with torch.no_grad():
        w -= 0.1 * w.grad

def kinds(x, y):
    return [str(x.dtype), str(y.dtype), x is y]
"""

EARLY = """
def asked(model, x):
    return model(x)
"""


@pytest.fixture(autouse=True)
def _float32_again() -> Iterator[None]:
    yield
    torch.set_default_dtype(torch.float32)


def test_model_of_float64_takes_the_tensors_of_a_check() -> None:
    x = torch.tensor([[1.0], [-2.0]])
    with checking(PROGRAM) as (student, _):
        model = student.Model()
        model.start_like(torch.nn.Linear(1, 1, dtype=torch.float32), at=x)

        assert student.doubled(model, x) == close_to(model(x), shape=(2, 1))
        assert student.doubled.call(model, x.clone()).arguments[1] == close_to(x)
        assert student.first([(x, 1)], by_name={"x": x}).shape == (2, 1)
        assert student.slope.gradient(
            torch.tensor([2.0], dtype=torch.float32, requires_grad=True), 3.0
        ) == close_to(3.0)


def test_nothing_but_float32_changes() -> None:
    whole, half = torch.tensor([1]), torch.tensor([1.0], dtype=torch.float16)
    with checking(PROGRAM) as (student, _):
        assert student.kinds(whole, half)[:2] == ["torch.int64", "torch.float16"]


def test_model_of_before_gets_what_was_sent() -> None:
    source = "import torch\nearly = torch.nn.Linear(1, 1)\n" + PROGRAM + EARLY
    x = torch.tensor([[1.0], [2.0]])
    with checking(source) as (student, _):
        assert student.early(x) == close_to(student.asked(student.early, x=x))
        assert student.early.call(x.clone()).value == close_to(student.early(x))


def test_program_that_leaves_the_type_alone_gets_what_was_sent() -> None:
    source = PROGRAM.replace("torch.set_default_dtype(torch.float64)", "")
    x = torch.tensor([1.0])
    with checking(source) as (student, _):
        assert student.kinds(x, x)[:2] == ["torch.float32", "torch.float32"]


def test_check_sees_what_the_program_does_to_its_tensors() -> None:
    w = torch.tensor([2.0], requires_grad=True)
    with checking(PROGRAM) as (student, _):
        before = student.kinds(w, w)
        student.step(w, torch.tensor([3.0]))
        student.step(w, torch.tensor([3.0]))

        assert before == ["torch.float64", "torch.float64", True]
        assert w.dtype == torch.float32
        assert w.requires_grad
        assert w.item() == pytest.approx(1.4)
        assert w.grad is not None
        assert w.grad.item() == pytest.approx(3.0)
