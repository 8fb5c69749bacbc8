"""Answers of any form are compared, and what is wrong in them is seen."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.judging.answers import Value
from grader.judging.checks.evidence import Exchange
from grader.judging.diagnosis.agreement import Truth, observed
from grader.judging.diagnosis.sameness import ANY, EXACT, same
from grader.judging.requests import Call

STATE = {"w": torch.tensor([1.0, 2.0]), "steps": [{"lr": 0.1}, None], "name": "SGD"}
OTHER = {**STATE, "w": torch.tensor([1.0, 2.5])}


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (STATE, dict(STATE), True),
        (STATE, OTHER, False),
        (STATE, {**STATE, "name": "Adam"}, False),
        (STATE, {**STATE, "steps": [{"lr": 0.2}, None]}, False),
        ({"a": 1}, {"b": 1}, False),
        (torch.tensor([1 + 2j]), torch.tensor([1 + 2j]), True),
        (torch.tensor([1 + 2j]), np.array([1 + 2.5j]), False),
        (1 + 2j, 1 + 2j, True),
        ([torch.ones(2), "a"], (torch.ones(2), "a"), True),
        ([1, 2], ["a", "b"], False),
        ("a", "b", False),
        (True, False, False),
    ],
)
def test_values_of_many_parts_are_compared(
    left: object, right: object, *, equal: bool
) -> None:
    assert same(left, right, EXACT) is equal


def test_chance_excuses_text_and_numbers_but_not_their_form() -> None:
    assert same("a", "b", ANY)
    assert same({"a": 1.0}, {"a": 2.0}, ANY)
    assert not same({"a": 1.0}, {"b": 1.0}, ANY)
    assert not same("a", 1.0, ANY)


def seen(left: object, right: object) -> frozenset[object]:
    mine, due = (Exchange("f", Call("f"), Value(value)) for value in (left, right))
    return observed(mine, due, 1e-4, form=False)


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (OTHER, STATE, {2.5}),
        ({**STATE, "name": "Adam"}, STATE, {("text", "Adam")}),
        ({"a": 1}, {"b": 1}, {("keys", 1)}),
        (["a"], ["a", "b"], {("length", 1)}),
        (torch.tensor([1 + 2.5j]), torch.tensor([1 + 2j]), {(1.0, 2.5)}),
        (STATE, STATE, set()),
        ("a", 1.0, {"str"}),
        ({"a": True}, {"a": False}, {Truth(value=True)}),
    ],
)
def test_what_is_wrong_is_seen_in_any_value(
    left: object, right: object, found: set[object]
) -> None:
    assert seen(left, right) == found
