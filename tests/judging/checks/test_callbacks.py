"""Functions and iterators of a check are used by the student's code, one by one."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import torch
from in_process import InProcess, checking

from grader.judging.checks.evidence import CheckEnded
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = """
import itertools

def apply(function, *values, **named):
    return [function(value, **named) for value in values]

def first(items, n):
    return list(itertools.islice(items, n))

def doubled(items):
    for item in items:
        yield 2 * item

def forever(items):
    for _ in items:
        pass

def call_me(function):
    return function(double, 3)

def double(x):
    return 2 * x

def optimize(loss, w):
    for _ in range(3):
        w -= loss(w)
"""


def test_functions_of_the_check_are_called() -> None:
    scale = partial(lambda a, x, shift=0.0: a * x + shift, 3.0)
    with checking(PROGRAM) as (student, _):
        assert student.apply(math.sqrt, 4.0, 9.0) == [2.0, 3.0]
        assert student.apply(scale, 1.0, shift=1.0) == [4.0]
        assert student.apply(torch.relu, torch.tensor(-1.0))[0].item() == 0.0
        assert student.apply.call(lambda x: x + 1, 1).value == [2]
        assert student.call_me(lambda function, x: function(x) + 1) == 7


def test_iterator_of_the_check_is_read_only_as_far_as_needed() -> None:
    read = []

    def lines() -> Iterator[int]:
        for line in range(5):
            read.append(line)
            yield line

    with checking(PROGRAM) as (student, _):
        doubled = student.doubled(lines())
        assert next(doubled) == 0
        assert read == [0]
        assert [*doubled] == [2, 4, 6, 8]
        assert student.first(iter("abc"), 2) == ["a", "b"]
        assert student.first(iter([]), 2) == []


def test_arguments_are_mirrored_beside_functions() -> None:
    w = torch.tensor([8.0])
    with checking(PROGRAM) as (student, _):
        student.optimize(lambda w: w / 2, w)

        assert w.item() == 1.0


def test_what_is_asked_for_without_end_is_capped() -> None:
    def naturals() -> Iterator[int]:
        number = 0
        while True:
            yield number
            number += 1

    with (
        checking(PROGRAM) as (student, _),
        pytest.raises(CheckEnded, match="more than 10,000 items or calls") as ended,
    ):
        student.forever(naturals())
    assert ended.value.outcome is Outcome.ERROR


def test_fault_of_a_function_of_the_check_is_the_check_s() -> None:
    with checking(PROGRAM) as (student, _), pytest.raises(ZeroDivisionError):
        student.apply(lambda x: 1 / x, 0)


@pytest.mark.parametrize(
    "back",
    [
        {"back": 1, "args": (), "kwargs": {}},
        {"back": -1, "args": (), "kwargs": {}},
        {"back": True, "args": (), "kwargs": {}},
        {"back": 0, "args": [], "kwargs": {}},
        {"back": 0, "args": ()},
    ],
    ids=repr,
)
def test_worker_can_ask_for_nothing_else(back: dict[str, object]) -> None:
    class Liar(InProcess):
        def request(self, payload: dict[str, Any], *allowed: float | None) -> object:
            if payload["do"] == "call":
                return back
            return super().request(payload, *allowed)

    with (
        checking(PROGRAM, worker=Liar()) as (student, _),
        pytest.raises(CheckEnded, match="no answer to a request"),
    ):
        student.apply(math.sqrt, 1.0)


def test_worker_cannot_ask_where_nothing_was_given() -> None:
    class Liar(InProcess):
        def request(self, payload: dict[str, Any], *allowed: float | None) -> object:
            if payload["do"] == "call":
                return {"back": 0, "args": (), "kwargs": {}}
            return super().request(payload, *allowed)

    with checking(PROGRAM, worker=Liar()) as (student, _), pytest.raises(CheckEnded):
        student.double(1.0)
