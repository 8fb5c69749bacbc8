"""What a check does in place to what it got is done to the student's own thing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from in_process import checking

from grader.errors import AuthorError
from grader.judging.answers import Value
from grader.judging.checks.comparison import close_to

PROGRAM = """
import numpy as np
import torch

table = {"lr": 0.1, "seen": [1, 2]}
grid = np.zeros((2, 2))
frozen = np.zeros(2)
frozen.flags.writeable = False

class LoRA(torch.nn.Module):
    def __init__(self, base, rank):
        super().__init__()
        self.base = base
        for p in base.parameters():
            p.requires_grad_(False)
        self.A = torch.nn.Parameter(torch.ones(rank, base.in_features))
        self.B = torch.nn.Parameter(torch.zeros(base.out_features, rank))
        self.scaled = self.A * 2
        self.register_buffer("steps", torch.zeros(1))
    def forward(self, x):
        return self.base(x) + x @ self.A.T @ self.B.T

def lora():
    return LoRA(torch.nn.Linear(2, 2), 1)

def grow(layer):
    layer(torch.ones(1, 2)).sum().backward()
    with torch.no_grad():
        layer.B += 1

class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad

def fresh(n):
    return torch.zeros(n)

def kinds_of_fresh():
    x = torch.ones(4, requires_grad=True)
    hidden = torch.relu(x * 2)
    return {"list": [1, [2]], "view": torch.ones(4).view(2, 2), "relu": hidden,
            "row": (x * 2)[0], "array": np.ones(4).reshape(2, 2), "pair": (np.ones(2),)}

def rate():
    return table["lr"], table["seen"]

def is_whole(layer, value):
    return value is layer.A
"""


def test_parameters_tell_what_they_are() -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.lora()
        named = dict(layer.named_parameters())
        told = {name: p.requires_grad for name, p in named.items()}

        assert told == {
            "A": True,
            "B": True,
            "base.weight": False,
            "base.bias": False,
        }
        for p in (*named.values(), *layer.parameters(), layer.A):
            assert isinstance(p, torch.nn.Parameter)
            assert p.is_leaf
        assert not isinstance(layer.steps, torch.nn.Parameter)
        assert not layer.scaled.is_leaf
        assert layer.state_dict()["A"].requires_grad is False


def test_gradients_come_with_what_has_them() -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.lora()
        before = layer.A.grad, layer.base.weight.grad
        student.grow(layer)

        assert before == (None, None)
        assert layer.B.grad == close_to([[2.0], [2.0]])
        assert layer.base.weight.grad is None


@torch.no_grad()
def by_fill(layer: Any) -> None:
    layer.B.fill_(3.0)


@torch.no_grad()
def by_copy(layer: Any) -> None:
    layer.B.copy_(torch.full((2, 1), 3.0))


def by_data(layer: Any) -> None:
    layer.B.data = torch.full((2, 1), 3.0)


def by_data_in_place(layer: Any) -> None:
    layer.B.data.fill_(3.0)


@torch.no_grad()
def by_item(layer: Any) -> None:
    layer.B[:] = 3.0


def by_view(layer: Any) -> None:
    rows = layer.B.detach()[0], layer.B.detach()[1]
    for row in rows:
        row.fill_(3.0)


def by_state(layer: Any) -> None:
    layer.state_dict()["B"].fill_(3.0)


@torch.no_grad()
def by_iteration(layer: Any) -> None:
    for name, p in layer.named_parameters():
        if name == "B":
            p.add_(3.0)


@torch.no_grad()
def by_parameters(layer: Any) -> None:
    next(p for p in layer.parameters() if p.shape == (2, 1)).mul_(0).sub_(-3.0)


def by_init(layer: Any) -> None:
    torch.nn.init.constant_(layer.B, 3.0)


@pytest.mark.parametrize(
    "change",
    [
        *(by_fill, by_copy, by_data, by_data_in_place, by_item, by_view),
        *(by_state, by_iteration, by_parameters, by_init),
    ],
)
def test_change_in_place_is_made_to_the_thing_itself(change: Any) -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.lora()
        change(layer)
        x = torch.ones(1, 2)

        assert layer(x) - layer.base(x) == close_to([[6.0, 6.0]])
        assert close_to([[3.0], [3.0]]) == layer.B


def test_what_is_frozen_or_given_a_gradient_by_the_check_is_so() -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.lora()
        layer.A.requires_grad_(False)
        layer.B.grad = torch.ones(2, 1)
        optimizer = student.SGD(layer.parameters(), lr=0.1)
        optimizer.param_groups[0]["lr"] = 2.0
        optimizer.step()

        assert [p.requires_grad for p in layer.parameters()] == [False, True] + [
            False
        ] * 2
        assert close_to([[-2.0], [-2.0]]) == layer.B


def test_what_is_passed_is_the_thing_itself() -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.lora()

        assert student.is_whole(layer, layer.A)
        assert student.is_whole(layer, layer.parameters()[0])


def test_containers_and_arrays_of_the_program_are_changed_too() -> None:
    with checking(PROGRAM) as (student, _):
        student.table["lr"] = 0.5
        student.table["seen"].append(3)
        student.grid[0, 1] = 7.0

        assert student.rate() == (0.5, [1, 2, 3])
        assert np.array_equal(student.grid, [[0, 7], [0, 0]])


def test_what_was_read_before_stays_what_it_was() -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.lora()
        before = layer.B
        student.grow(layer)

        assert before == close_to([[0.0], [0.0]])
        assert close_to([[1.0], [1.0]]) == layer.B


def test_change_of_what_is_no_longer_so_is_refused() -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.lora()
        before = layer.B
        student.grow(layer)
        before.data.add_(1.0)

        with pytest.raises(AuthorError, match="Get it anew right before the change"):
            layer(torch.ones(1, 2))


def test_change_that_cannot_be_made_is_refused() -> None:
    with checking(PROGRAM) as (student, _):
        values = student.frozen
        values[0] = 1.0

        with pytest.raises(AuthorError, match="it cannot be changed like that"):
            student.fresh(1)


def test_answer_that_nobody_else_holds_costs_no_second_request() -> None:
    with checking(PROGRAM) as (student, evidence):
        values = student.fresh(3)
        values += 1
        student.fresh(3)
        student.kinds_of_fresh()

        answers = [exchange.answer for exchange in evidence.exchanges]
        assert [a.lent for a in answers if isinstance(a, Value)] == [()] * 3


def test_backward_over_the_wall_says_what_to_ask_instead() -> None:
    with checking(PROGRAM) as (student, _):
        result = student.lora()(torch.ones(1, 2))

        assert result.requires_grad
        with pytest.raises(RuntimeError, match=r"Ask for `student\.f\.gradients"):
            result.sum().backward()
