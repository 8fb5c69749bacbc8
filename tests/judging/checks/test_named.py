"""Namedtuples and sets of the student's are used and compared like the check's own."""

from __future__ import annotations

import pytest
import torch
from in_process import checking

from grader.judging.checks.comparison import close_to
from grader.judging.checks.standing import StandIn
from grader.judging.named import Named, named

PROGRAM = """
import torch
from collections import namedtuple
from typing import NamedTuple

Pair = namedtuple("Pair", "w b")

class Fit(NamedTuple):
    model: object
    losses: list

def pair(): return Pair(torch.ones(2), 2.0)
def largest(x): return torch.max(x, 1)
def fit(): return Fit(torch.nn.Linear(1, 1), [3.0, 1.0])
def plain(): return 1, 2
def nested(): return {"all": [Pair(1, 2), Pair(3, Pair(4, 5))], 7: "x"}
def takes(p): return type(p).__name__, p[0] + p[1]
def numbers(): return {1, 2, 3}
def frozen(): return frozenset("ab")
def several(): return [{1, 2}, {3}]
def none(): return set()
def items(): return [1, 2, 3]
"""


def test_fields_of_a_namedtuple_are_attributes() -> None:
    with checking(PROGRAM) as (student, _):
        found = student.pair()

        assert found.w == close_to([1.0, 1.0])
        assert found.b == close_to(2.0)
        assert found == close_to((torch.ones(2), 2.0))
        w, b = found
        assert (w is found.w, b) == (True, 2.0)
        with pytest.raises(AttributeError):
            _ = found.shape


def test_namedtuples_within_lists_and_dicts_have_their_names() -> None:
    with checking(PROGRAM) as (student, _):
        found = student.nested()

        assert [pair.w for pair in found["all"]] == [1, 3]
        assert found["all"][1].b.b == 5
        assert found == {"all": [(1, 2), (3, (4, 5))], 7: "x"}


@pytest.mark.parametrize(
    "fields",
    [
        [((), ["a", "b"])],
        [((0,), ["a", "b", "c"])],
        [((0,), ["a", "a"])],
        [((1,), ["a", "b"])],
        [((0, 0), ["a", "b"])],
        [(([],), ["a", "b"])],
        [(0, ["a", "b"])],
        "ab",
        [["a", "b"]],
        [1, 2],
        None,
    ],
)
def test_names_that_do_not_fit_are_none(fields: object) -> None:
    found = named([(1, 2)], fields)

    assert type(found) is list
    assert type(found[0]) is tuple


def test_results_of_torch_have_their_names() -> None:
    with checking(PROGRAM) as (student, _):
        found = student.largest(torch.tensor([[1.0, 3.0]]))

        assert found.values == close_to([3.0])
        assert found.indices == close_to([1])


def test_object_in_a_namedtuple_is_a_stand_in() -> None:
    with checking(PROGRAM) as (student, _):
        found = student.fit()

        assert isinstance(found.model, StandIn)
        assert found.losses == [3.0, 1.0]
        assert found.model.in_features == 1


def test_namedtuple_is_passed_back_as_a_tuple() -> None:
    with checking(PROGRAM) as (student, _):
        assert student.takes(Named((1, 2), ("a", "b"))) == ("tuple", 3)
        assert type(student.plain()) is tuple


def test_sets_are_equal_to_sets_of_the_same_items() -> None:
    with checking(PROGRAM) as (student, _):
        assert student.numbers() == {1, 2, 3}
        assert {1, 2, 3} == student.numbers()
        assert student.numbers() != {1, 2}
        assert student.numbers() == close_to({3, 2, 1})
        assert student.frozen() == close_to(frozenset("ab"))
        assert student.several() == close_to([{1, 2}, {3}])
        assert student.several() == [{1, 2}, {3}]
        assert student.none() == close_to(set())


def test_other_things_are_no_sets() -> None:
    with checking(PROGRAM) as (student, _):
        assert student.numbers() != {1, 2, 4}
        assert student.numbers() != close_to({1, 2, 4})
        assert student.items() != close_to({1, 2, 3})
        assert student.several() != close_to([{1, 2}, {4}])
