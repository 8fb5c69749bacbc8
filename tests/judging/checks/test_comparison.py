"""`close_to` accepts every right way to write a number, and nothing else."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import AuthorError
from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import (
    CURRENT,
    Called,
    CheckEnded,
    Comparison,
    Difference,
    Evidence,
)
from grader.judging.checks.numbers import (
    complex_of,
    differs,
    distances,
    numbers_of,
    shape_of,
)
from grader.judging.checks.unpacking import parts

WEIGHT = 1.9512161016464233
RIGHT_WAYS = {
    "tensor with a graph": torch.tensor([WEIGHT], requires_grad=True) * 1,
    "leaf": torch.tensor([WEIGHT], requires_grad=True),
    "detached": torch.tensor([WEIGHT]),
    "0-d tensor": torch.tensor(WEIGHT),
    "float64 tensor": torch.tensor([WEIGHT], dtype=torch.float64),
    "float": WEIGHT,
    "float64 scalar": np.float64(WEIGHT),
    "float32 scalar": np.float32(WEIGHT),
    "array": np.array([WEIGHT]),
    "list": [WEIGHT],
    "nested": [[WEIGHT]],
}


@pytest.mark.parametrize("value", RIGHT_WAYS.values(), ids=RIGHT_WAYS.keys())
def test_weight_is_accepted_in_every_right_form(value: object) -> None:
    assert value == close_to(WEIGHT)
    assert close_to(WEIGHT) == value


@pytest.mark.parametrize(
    "value",
    [
        None,
        "1.95",
        b"1",
        pytest.param(object(), id="an object"),
        {},
        [],
        [WEIGHT, WEIGHT],
        [[1.0], [1.0, 2.0]],
        math.nan,
        math.inf,
        torch.tensor(math.nan),
        1j,
        torch.tensor([1j]),
        10**400,
        np.array(["1.95"]),
        WEIGHT * (1 + 3e-4),
        -WEIGHT,
    ],
    ids=str,
)
def test_anything_else_is_refused_without_an_exception(value: object) -> None:
    assert value != close_to(WEIGHT)


def test_relative_tolerance_is_one_in_ten_thousand() -> None:
    assert close_to(1.0) == 1.00009
    assert close_to(1.0) != 1.00011
    assert close_to(1.0, rtol=1e-2) == 1.009


def test_number_much_smaller_than_its_neighbours_is_measured_by_theirs() -> None:
    assert close_to([0.0, 1.0]) == [1e-9, 1.0]
    assert close_to([0.0, 1.0]) != [0.001, 1.0]


def test_infinity_is_equal_to_itself_alone() -> None:
    assert math.inf == close_to(math.inf)
    assert -math.inf != close_to(math.inf)
    assert close_to(math.inf) != 1e300


def test_exact_shape_is_compared_only_when_asked() -> None:
    column = np.ones((3, 1))

    assert column == close_to([1, 1, 1])
    assert column == close_to([1, 1, 1], shape=(3, 1))
    assert column != close_to([1, 1, 1], shape=(3,))


def test_kind_is_compared_only_when_asked() -> None:
    assert torch.ones(2) == close_to([1, 1], kind="tensor")
    assert np.ones(2) != close_to([1, 1], kind="tensor")
    assert close_to([1, 1], kind="array") != [1.0, 1.0]


def test_transposed_matrix_is_refused() -> None:
    assert np.ones((2, 3)) != close_to(np.ones((3, 2)))


def test_expected_value_that_is_no_number_is_the_authors_error() -> None:
    with pytest.raises(AuthorError, match="close_to: expected numbers, got Linear"):
        close_to({"model": [1.0, torch.nn.Linear(1, 1)]})


def difference_of(value: object, expected: object, **asked: Any) -> object:
    evidence = Evidence()
    token = CURRENT.set(evidence)
    try:
        assert value != close_to(expected, **asked)
    finally:
        CURRENT.reset(token)
    return evidence.comparisons[-1].difference


@pytest.mark.parametrize(
    ("value", "difference"),
    [
        (None, Difference.NOTHING),
        ("x", Difference.NOT_NUMBERS),
        ([1.0, 2.0, 3.0], Difference.SHAPE),
        ([1.0, math.nan], Difference.NOT_FINITE),
        ([1.0, 3.0], Difference.VALUE),
    ],
)
def test_difference_is_named(value: object, difference: Difference) -> None:
    assert difference_of(value, [1.0, 2.0]) is difference


def test_parts_returns_the_parts_of_a_tuple_or_a_list() -> None:
    assert parts((1, 2), 2) == (1, 2)
    assert parts([1, 2], 2) == (1, 2)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returned None, expected 2 values"),
        (3.0, "returned one float, expected 2 values"),
        ((1, 2, 3), "returned 3 values, expected 2 values"),
        ("ab", "returned one str, expected 2 values"),
        (torch.ones(2), "returned one Tensor, expected 2 values"),
    ],
)
def test_parts_ends_the_check_in_plain_words(value: object, words: str) -> None:
    evidence = Evidence(calls=[Called("train", value)])
    token = CURRENT.set(evidence)
    try:
        with pytest.raises(CheckEnded, match=f"`train` {words}"):
            parts(value, 2)
    finally:
        CURRENT.reset(token)


@pytest.mark.parametrize(
    ("got", "expected", "distance"),
    [
        (2.0002, 2.0, 1e-4),
        (3.0, 0.0, math.inf),
        (0.0, 0.0, 0.0),
        (1e-10, 0.0, 0.0),
        (math.nan, 1.0, math.inf),
        (math.inf, 1.0, math.inf),
        (1.0, math.inf, math.inf),
        (math.inf, math.inf, 0.0),
        (-math.inf, math.inf, math.inf),
    ],
)
def test_distance_is_what_a_tolerance_is_held_against(
    got: float, expected: float, distance: float
) -> None:
    found = distances(np.array(got), np.array(expected))

    assert float(found) == pytest.approx(distance, rel=1e-9)
    for rtol in (0.9 * distance, 1.1 * distance):
        if math.isfinite(rtol):
            assert differs(np.array(got), np.array(expected), rtol) == (found > rtol)


def test_distance_of_a_small_number_is_measured_by_its_neighbours() -> None:
    found = distances(np.array([100.0, 1e-3]), np.array([100.0, 0.0]))

    assert found == pytest.approx([0.0, 1e-3])


NUMBERS = st.recursive(
    st.floats(width=32)
    | st.integers(-(10**320), 10**320)
    | st.booleans()
    | st.none()
    | st.sampled_from([np.ones((1, 2)), np.ones(2), torch.ones(2, 1), torch.ones(3)]),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(NUMBERS)
def test_shape_is_known_before_anything_is_converted(value: object) -> None:
    array, shape = numbers_of(value), shape_of(value)

    assert (array is None) == (shape is None)
    if array is not None and shape is not None:
        assert array.shape == tuple(side for side in shape if side != 1)


def compared(value: object, expected: object) -> Comparison:
    evidence = Evidence(lenient=True)
    token = CURRENT.set(evidence)
    try:
        assert value == close_to(expected)
    finally:
        CURRENT.reset(token)
    return evidence.comparisons[-1]


def test_value_of_another_shape_is_not_converted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = close_to([1.0, 1.0])
    monkeypatch.setattr("grader.judging.checks.comparison.numbers_of", None)

    assert expected != torch.ones(10**6, dtype=torch.bool)
    assert expected != [torch.ones(10**6, dtype=torch.bool)] * 2


def test_what_was_got_is_kept_where_it_is_small() -> None:
    small, large = np.ones(4096), np.ones(4097)

    assert compared(small, small).got is not None
    assert compared(large, large).got is None
    assert compared(large, large).shape == (4097,)
    assert compared(large * 2, large).difference is Difference.VALUE
    assert compared(large * 2, large).distance == 1.0


@pytest.mark.parametrize(
    "items",
    [
        [torch.tensor(1.5), torch.tensor(2.5)],
        [torch.ones(2, 1), torch.zeros(2, 1)],
        [torch.ones(2), torch.ones(1, 2)],
        [torch.tensor(1), torch.tensor(2.5)],
        [torch.tensor(1.5, requires_grad=True), torch.tensor(2.5)],
        [torch.tensor(True), torch.tensor(False)],
        [torch.tensor(1.5), 2.5],
        [torch.tensor(1.5).bfloat16()] * 3,
    ],
)
def test_numbers_of_tensors_are_those_of_each(items: list[object]) -> None:
    found = numbers_of(items)
    each = [numbers_of(item) for item in items]

    assert found is not None
    assert found.dtype == np.float64
    assert np.array_equal(found, np.stack([np.asarray(one) for one in each]))


def test_tensors_that_are_no_numbers_together_are_none() -> None:
    assert numbers_of([torch.ones(2), torch.ones(3)]) is None
    assert numbers_of([torch.tensor(1j)] * 2) is None
    assert complex_of([torch.tensor(1j)] * 2).tolist() == [1j, 1j]  # type: ignore[union-attr]
