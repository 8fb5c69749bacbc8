"""Values of many parts, whole numbers, text, and what is free between two values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from grader.errors import AuthorError
from grader.judging.checks import words
from grader.judging.checks.comparison import close_to, same_up_to
from grader.judging.checks.evidence import CURRENT, Evidence
from grader.model import Visibility

STATE = {
    "step": 3,
    "w": torch.tensor([1.0, 2.0]),
    "names": ["a", None],
    "sizes": [[1], [2, 3]],
}
VECTORS = np.array([[1.0, 0.5], [2.0, -0.5], [-3.0, 0.25]])


def changed(**parts: object) -> dict[str, object]:
    return {**STATE, **parts}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (changed(w=[1.0, 2.00001]), STATE),
        (changed(names=("a", None)), STATE),
        (changed(step=torch.tensor(3)), STATE),
        ([[50256], "x"], [[50256], "x"]),
        (3.00001, 3),
        (torch.tensor([True, False]), [True, False]),
        (torch.tensor([1 + 2j]), np.array([1 + 2.00001j])),
        (2.0, 2 + 0j),
        ({1, 2}, {2, 1}),
        (b"x", b"x"),
        ({}, {}),
    ],
    ids=repr,
)
def test_value_of_many_parts_is_accepted(value: object, expected: object) -> None:
    assert value == close_to(expected)


DIFFERING: list[tuple[object, object, str, str]] = [
    (
        *(changed(w=[1.0, 2.1]), STATE, " at ['w'] [1, 2.1], expected [1, 2]."),
        " other numbers than expected: 1 of 2 differ.",
    ),
    (
        *(changed(names=["a", "b"]), STATE),
        " at ['names'][1] a value of type str, which is not expected.",
        " a value of type str, which is not expected.",
    ),
    (
        *(changed(names=["b", None]), STATE),
        " at ['names'][0] 'b', expected 'a'.",
        " another text than expected.",
    ),
    (
        *(changed(names=["a"]), STATE, " at ['names'] 1 item, expected 2."),
        " fewer items than expected.",
    ),
    (
        *({"step": 3}, {"step": 3, "w": 1}, " the keys ['step'], expected"),
        " a dict of other keys than expected.",
    ),
    (
        *(changed(w=None), STATE, " at ['w'] None, which is not expected there."),
        " None, which is not expected there.",
    ),
    ([1], STATE, " a value of type list, expected a", " a value of type list, expect"),
    (
        3,
        ["a", "b"],
        " a value of type int, expected a l",
        " a value of type int, expect",
    ),
    ([50257], [50256], " 50257, expected 50256.", " another number than expected."),
    ([50257.0], [50256], " 50257, expected 50256.", " another number than"),
    (torch.tensor([2.5j]), [2j], " 0+2.5j, expected 0+2j.", " another number"),
    ("abc", "abd", " 'abc', expected 'abd'.", " another text than expected."),
    (
        True,
        "abd",
        " a value of type bool, which is not",
        " a value of type bool, which",
    ),
]


@pytest.mark.parametrize(("value", "expected", "seen", "hidden"), DIFFERING, ids=repr)
def test_part_that_differs_is_named_where_it_is_visible(
    value: object, expected: object, seen: str, hidden: str
) -> None:
    start = "What follows from your results is"
    evidence = Evidence()
    token = CURRENT.set(evidence)
    try:
        assert value != close_to(expected)
    finally:
        CURRENT.reset(token)

    assert words.failed(evidence, Visibility.VISIBLE).startswith(start + seen)
    assert words.failed(evidence, Visibility.HIDDEN).startswith(start + hidden)


@pytest.mark.parametrize(
    ("value", "asked", "holds"),
    [
        ([1.0, 0.002], {"atol": 0.01}, True),
        ([1.0, 0.02], {"atol": 0.01}, False),
        ([1.0, np.nan], {"equal_nan": True}, False),
        (torch.ones(2), {"dtype": torch.float32}, False),
        (torch.tensor([1.0, 0.0]), {"dtype": torch.float32}, True),
        (np.array([1.0, 0.0]), {"dtype": "float32"}, False),
        ([1.0, 0.0], {"dtype": np.float64}, False),
    ],
    ids=repr,
)
def test_tolerance_and_dtype_are_as_asked(
    value: object, asked: dict[str, Any], *, holds: bool
) -> None:
    assert (value == close_to([1.0, 0.0], **asked)) is holds


def test_nan_equals_nan_only_where_asked() -> None:
    value = [1.0, np.nan]

    assert value == close_to([1.0, np.nan], equal_nan=True)
    assert value != close_to([1.0, np.nan])


def test_whole_numbers_may_be_off_where_a_tolerance_is_given() -> None:
    assert close_to(8, rtol=0.1) == 7.6
    assert close_to(10**6, rtol=1e-3) == 10**6 + 1


@pytest.mark.parametrize(
    ("free", "value", "expected", "holds"),
    [
        ("order", [3, 1, 2], [1, 2, 3], True),
        ("order", [3, 1, 1], [1, 2, 3], False),
        ("order", VECTORS[[2, 0, 1]], VECTORS, True),
        ("order", VECTORS[[2, 0, 0]], VECTORS, False),
        ("sign", VECTORS * [1, -1], VECTORS, True),
        ("sign", -VECTORS[:, 0], VECTORS[:, 0], True),
        ("sign", VECTORS * [[1], [-1], [1]], VECTORS, False),
        ("constant", VECTORS + 7, VECTORS, True),
        ("constant", VECTORS * 2, VECTORS, False),
        ("factor", torch.tensor(VECTORS * 2), VECTORS, True),
        ("factor", VECTORS * -2, VECTORS, False),
        ("labels", [2, 2, 0, 1], [0, 0, 1, 2], True),
        ("labels", [2, 2, 0, 0], [0, 0, 1, 2], False),
        ("labels", [1, 2, 0, 3], [0, 0, 1, 2], False),
        ("labels", None, [0, 1], False),
    ],
    ids=repr,
)
def test_what_is_free_may_differ_and_nothing_else(
    free: str, value: object, expected: object, *, holds: bool
) -> None:
    assert (value == same_up_to(free, expected)) is holds


def test_what_cannot_be_free_is_the_authors_error() -> None:
    with pytest.raises(AuthorError, match="expected one of order, sign, constant"):
        same_up_to("place", [1, 2])
    with pytest.raises(AuthorError, match="expected numbers"):
        same_up_to("order", {"a": 1})
