"""What a solution defines: functions, classes, and variables of a notebook."""

from __future__ import annotations

import ast

from grader.course.uses import used_by, users_of, variables_in

NOTEBOOK = """\
import torch

w, b = 1.0, 0.0
for step in range(3):
    w -= 0.1
    losses = [w for w in range(step)]


def loss(w):
    rate = w
    return rate + b


rate = 0.1
final = loss(w)
loss = loss
"""


def test_variables_are_those_outside_of_functions() -> None:
    assert list(variables_in(ast.parse(NOTEBOOK))) == [
        *("w", "b", "step", "losses", "rate", "final"),
    ]


def test_variables_use_what_they_are_made_of() -> None:
    uses = used_by(NOTEBOOK)

    assert uses["final"] == {"final", "loss", "w", "b", "step", "losses"}
    assert "b" in uses["loss"]
    assert "rate" not in uses["loss"]
    assert users_of("loss", uses) == {"loss", "final"}
