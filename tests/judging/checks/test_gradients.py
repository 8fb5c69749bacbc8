"""Gradients by all arguments and by parameters, operations, and what is used."""

from __future__ import annotations

import pytest
import torch
from in_process import checking

from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.used import uses
from grader.model import Outcome

PROGRAM = """
import torch
import torch.nn.functional as F
from torch.nn.functional import relu as r
from torch import nn

def product(a, b, n=2):
    return n * a * b

def both(a, b):
    return a ** 2, [b], b * 3

def detached(a):
    return a.detach()

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 1, bias=False)
        self.unused = nn.Linear(1, 1)
    def forward(self, x):
        return self.linear(x)

def loss(model, x, y):
    return F.mse_loss(model(x), y)

def outer(x):
    return loss(Model(), x, x) + r(x)

def slow(a, b):
    rows = [sum(x * y for x, y in zip(row, b)) for row in a]
    return torch.stack(rows)

def fast(a, b):
    return a @ b
"""


def test_gradients_by_all_arguments() -> None:
    with checking(PROGRAM) as (student, _):
        a, b = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])

        assert student.product.gradients(a, b) == close_to(([6.0, 8.0], [2.0, 4.0]))
        by_a, by_n = student.product.gradients(a, 3, n=1)
        assert by_a == close_to([3.0, 3.0])
        assert by_n is None
        assert student.both.gradients(a, b) == close_to(([2.0, 4.0], [3.0, 3.0]))
        assert student.product.gradient(a.requires_grad_(), b) == close_to([6.0, 8.0])


def test_gradients_by_the_parameters_of_a_model() -> None:
    x, y = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0]])
    with checking(PROGRAM) as (student, _):
        model = student.Model()
        weight = model.linear.weight
        slopes = student.loss.gradients(model, x, y, of=model)

        assert slopes["linear.weight"] == close_to(2 * (x @ weight.T) * x)
        assert slopes["unused.bias"] is None


def test_result_without_a_graph_has_no_gradients() -> None:
    with (
        checking(PROGRAM) as (student, _),
        pytest.raises(CheckEnded, match="without a graph") as ended,
    ):
        student.detached.gradients(torch.ones(1))

    assert ended.value.outcome is Outcome.FAILED


def test_operations_are_counted() -> None:
    a, b = torch.ones(4, 3), torch.ones(3)
    with checking(PROGRAM) as (student, _):
        assert student.fast.ops(a, b) == {"mv": 1}
        assert student.slow.ops(a, b)["mul"] == 12


@pytest.mark.parametrize(
    ("name", "wanted", "found"),
    [
        ("loss", "torch.nn.functional.mse_loss", True),
        ("outer", "torch.nn.functional.mse_loss", True),
        ("outer", "torch.nn.functional.relu", True),
        ("Model", "torch.nn.functional.mse_loss", False),
        ("Model", "torch.nn.Linear", True),
        ("detached", ".detach", True),
        ("loss", ".detach", False),
        ("nothing", "torch.nn.Linear", False),
    ],
)
def test_what_is_used_is_read_from_the_text(
    name: str, wanted: str, *, found: bool
) -> None:
    assert uses(PROGRAM, name, wanted) is found


def test_text_that_is_no_python_uses_nothing() -> None:
    assert not uses("def f(:", "f", "torch")
