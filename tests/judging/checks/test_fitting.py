"""A student's model gets the reference's weights, however it stores them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from in_process import checking

from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.fitting import ways

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = """
import torch

class Theta(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.theta = torch.nn.Parameter(torch.zeros(2, 1))
    def forward(self, x):
        return torch.cat([torch.ones_like(x), x], dim=1) @ self.theta

class Halves(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.ParameterList([torch.zeros(1), torch.zeros(1)])
        self.b = torch.nn.Parameter(torch.zeros(()))
    def forward(self, x):
        return x[:, :1] * self.w[0] + x[:, 1:] * self.w[1] + self.b

class OnItsSide(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(torch.zeros(3, 2))
        self.b = torch.nn.Parameter(torch.zeros(2))
    def forward(self, x):
        return x @ self.W + self.b

class Homogeneous(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.W = torch.nn.Parameter(torch.zeros(2, 4))
    def forward(self, x):
        return torch.cat([x, torch.ones(len(x), 1)], dim=1) @ self.W.T

class Lazy(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.LazyLinear(1)
    def forward(self, x):
        return self.linear(x)

class Squares(Theta):
    def forward(self, x):
        return super().forward(x) ** 2

class Quadratic(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.abc = torch.nn.Parameter(torch.zeros(3))
    def forward(self, x):
        return self.abc[0] * x * x + self.abc[1] * x + self.abc[2]
"""


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        ("Theta", 1, 1),
        ("Halves", 2, 1),
        ("OnItsSide", 3, 2),
        ("Homogeneous", 3, 2),
        ("Lazy", 1, 1),
    ],
)
def test_model_starts_like_another_however_it_keeps_its_numbers(
    name: str, inputs: int, outputs: int
) -> None:
    torch.manual_seed(0)
    reference = torch.nn.Linear(inputs, outputs)
    at = torch.randn(4, inputs)
    with checking(PROGRAM) as (student, _):
        model = getattr(student, name)()
        model.start_like(reference, at=at)

        assert torch.allclose(model(at), reference(at), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "why"),
    [("Squares", "does not compute"), ("Quadratic", "1 parameter with 3 numbers")],
)
def test_other_model_does_not_start_like_it(name: str, why: str) -> None:
    with checking(PROGRAM) as (student, _), pytest.raises(CheckEnded, match=why):
        getattr(student, name)().start_like(
            torch.nn.Linear(1, 1), at=torch.tensor([[-1.7], [0.6], [2.9]])
        )


@pytest.mark.parametrize("sizes", [[1] * 40, [40], [4, 36], [40, *[0] * 3]])
def test_ways_come_to_an_end(sizes: Sequence[int]) -> None:
    assert 0 < len(list(ways([torch.ones(1)] * 40, sizes))) <= 120
