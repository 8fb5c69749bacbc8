"""When two values are the same, and that the tolerances stand in one order."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from helpers import ROOT

from grader.judging.checks.comparison import RTOL
from grader.judging.diagnosis import sameness
from grader.judging.diagnosis.sameness import ANY, EXACT, same

DIAGNOSIS = ROOT / "grader" / "judging" / "diagnosis"


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (1.0, 1.000001, True),
        (1.0, 1.0001, False),
        ([1.0, 2.0], [1.0, 2.0], True),
        ([1.0, 2.0], [1.0], False),
        (float("nan"), float("nan"), True),
        (1.0, "1.0", False),
        ([1.0, "a"], [1.0, "a"], True),
        ([1.0, "a"], [1.0, "b"], False),
        ({"w": 1.0}, {"w": 1.0000001}, True),
        ({"w": 1.0}, {"b": 1.0}, False),
        (np.array([1j, 2j]), np.array([1j, 2j]), True),
        (np.array([1j, 2j]), np.array([1j, 3j]), False),
        ([1j, 2.0], [1j, 2.0], True),
        ([1j, 2.0], [1.1j, 2.0], False),
        (1.0, 1.0 + 0j, True),
        ([1.0, 2.0], [1j, 2.0], False),
        ([[1.0], 2.0], [1.0, [2.0]], True),
        (([1.0, 2.0], 3.0), ([1.0, 2.0], 3.0), True),
        (([1.0, 2.0], 3.0), ([1.0, 2.0], 4.0), False),
        ((3.0, [1.0, 2.0]), (3.0, [1.0, 2.5]), False),
        ([1, True], [1.0, 1.0], True),
        ([1, 10**400], [1, 10**400], True),
        ([1, 10**400], [1, 10**401], False),
        ([], (), True),
        (None, None, True),
        (None, 0, False),
    ],
)
def test_values_are_the_same_by_their_numbers(
    left: object, right: object, *, found: bool
) -> None:
    assert same(left, right, EXACT) is found
    assert same(right, left, EXACT) is found


def test_form_counts_where_it_is_asked_for() -> None:
    left, right = [1.0, 2.0], np.array([1.0, 2.0])

    assert same(left, right, EXACT)
    assert not same(left, right, EXACT, form=True)


def test_what_differs_by_chance_is_compared_by_its_shape() -> None:
    assert same(np.array([1j, 2j]), np.array([3j, 4j]), ANY)
    assert not same(np.array([1j, 2j]), np.array([3j]), ANY)


def test_tolerances_stand_in_their_order_around_the_checks() -> None:
    order = ("DETERMINED", "ROUNDED", "EXACT", "WRONG", "RIGHT", "APART", "ANY")
    values = [getattr(sameness, name) for name in order]

    assert values == sorted(values)
    assert sameness.WRONG == RTOL


def test_no_other_module_of_the_diagnosis_has_a_tolerance_of_its_own() -> None:
    small = [
        f"{path.name}, line {node.lineno}: {node.value}"
        for path in sorted(DIAGNOSIS.glob("*.py"))
        if path.name != "sameness.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, float)
        and 0 < node.value < 1e-2
    ]

    assert small == []
