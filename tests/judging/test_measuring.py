"""What the instructor sees of a check's run: measures in per cent, values in words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.judging.checks.comparison import close_to
from grader.judging.checks.draws import Draw
from grader.judging.checks.evidence import CURRENT, Evidence
from grader.judging.measuring import shown, trace_of
from grader.sandbox.wire import Handle

HUGE = 1 << 16000


def verdict_on(value: object, expected: object) -> str:
    evidence = Evidence()
    token = CURRENT.set(evidence)
    try:
        assert value != close_to(expected)
    finally:
        CURRENT.reset(token)
    (compared,) = trace_of("test_f", evidence, Draw("0f"), 0.1).comparisons
    return compared.verdict


@pytest.mark.parametrize(
    ("value", "expected", "verdict"),
    [
        (2.5, 2.0, "value: 1 of 1 differ, by 25 % at most; 0.01 % is allowed"),
        ([1.0, 4.0], [1.0, 3.0], "value: 1 of 2 differ, by 33.33 % at most; 0.01 % is"),
        (1.0, 0.0, "value: 1 of 1 differ; 0.01 % is allowed"),
        (math.nan, 1.0, "not finite: 1 of 1 differ; 0.01 % is allowed"),
        ([1.0], [1.0, 2.0], "shape"),
        (None, 1.0, "nothing"),
    ],
)
def test_difference_is_told_in_per_cent(
    value: object, expected: object, verdict: str
) -> None:
    assert verdict_on(value, expected).startswith(verdict)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.5, "2.5"),
        ([1.0, 2.0], "[1, 2]"),
        (np.ones(2), "ndarray [1, 1]"),
        (None, "None"),
        ("a\x1b[31m", "'a\\x1b[31m'"),
        (HUGE, "<int>"),
        ({"a": HUGE, "b": [1.5, "x"]}, "{'a': <int>, 'b': (1.5, 'x')}"),
        (("x", HUGE, None), "('x', <int>, None)"),
        (["x"] * 13, f"({', '.join(12 * [chr(39) + 'x' + chr(39)])}, …)"),
        (Handle(3, "Model"), "<object>"),
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_value_is_shown_whatever_it_is(value: object, text: str) -> None:
    assert shown(value) == text


def test_shown_value_is_short() -> None:
    for value in ("x" * 10**6, b"x" * 10**6, {"k": "x" * 10**6}, [["x"] * 9] * 10**4):
        assert len(shown(value)) <= 400
