"""Numbers may come in whatever has items, and pairs in what can be unpacked."""

from __future__ import annotations

import pytest
import torch
from in_process import checking

from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.unpacking import parts

PROGRAM = """
import array
import collections
import itertools
import types
import numpy as np
import torch

losses = [3.0, 2.0, 1.0]
FORMS = {
    "queue": lambda: collections.deque(losses, maxlen=3),
    "generator": lambda: (loss for loss in losses),
    "map": lambda: map(float, losses),
    "values": lambda: dict(enumerate(losses)).values(),
    "array": lambda: array.array("d", losses),
    "array of objects": lambda: np.array(losses, dtype=object),
    "rows of objects": lambda: np.array([[loss] for loss in losses], dtype=object),
    "chain": lambda: itertools.chain(losses[:1], losses[1:]),
    "tensors": lambda: collections.deque(torch.tensor(loss) for loss in losses),
    "set": lambda: set(losses),
    "endless": lambda: itertools.count(),
    "texts": lambda: collections.deque(map(str, losses)),
    "model": lambda: torch.nn.Sequential(torch.nn.Linear(1, 1)),
}

class Pair:
    def __init__(self, w, losses):
        self.w, self.losses = w, losses
    def __iter__(self):
        return iter((self.w, self.losses))

def give(form):
    return FORMS[form]()

def pair(form):
    return Pair(1.5, give(form))

def bag():
    return types.SimpleNamespace(w=1.5, losses=losses)
"""
RIGHT = ["queue", "generator", "map", "values", "array", "array of objects"]
RIGHT += ["rows of objects", "chain", "tensors"]


@pytest.mark.parametrize("form", RIGHT)
def test_numbers_are_right_in_whatever_can_be_gone_through(form: str) -> None:
    with checking(PROGRAM) as (student, _):
        assert student.give(form) == close_to([3.0, 2.0, 1.0])
        assert student.give(form) != close_to([3.0, 2.0, 1.5])
        w, losses = parts(student.pair(form), 2)

        assert w == close_to(1.5)
        assert losses == close_to([3.0, 2.0, 1.0])


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("set", "set"),
        ("texts", "deque"),
        ("model", "Sequential"),
    ],
)
def test_what_holds_no_numbers_in_order_is_told_by_its_type(
    form: str, name: str
) -> None:
    with checking(PROGRAM) as (student, evidence):
        assert student.give(form) != close_to([3.0, 2.0, 1.0])
        assert evidence.comparisons[-1].type_name == name


def test_endless_numbers_are_too_many() -> None:
    with checking(PROGRAM) as (student, _):
        assert student.give("endless") != close_to(torch.arange(3))


def test_what_cannot_be_unpacked_is_told_by_its_type() -> None:
    with checking(PROGRAM) as (student, _):
        with pytest.raises(CheckEnded, match="returned one SimpleNamespace, expected"):
            parts(student.bag(), 2)
        with pytest.raises(CheckEnded, match="returned one deque, expected 2 values"):
            parts(student.give("queue"), 2)
