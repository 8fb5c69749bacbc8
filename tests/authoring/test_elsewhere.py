"""A mistake that only a check about another function sees: what the author may do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from helpers import a_verdict

from grader.authoring.proving import promises
from grader.model import Check, Finding, Outcome, Visibility

ADVICE = (
    " (it fails `test_outer`: it has 3 points, about `outer`). If that check is about "
    '`inner`, too, say so: `@about("outer", "inner")`.'
)


def check(name: str, points: float) -> Check:
    return Check(name, name, ("outer",), Visibility.HIDDEN, points)


@pytest.mark.parametrize(
    ("failed", "told"),
    [
        ([], " or anywhere."),
        (["test_look"], " (it fails `test_look`: it has 0 points, about `outer`)."),
        (["test_look", "test_outer"], ADVICE),
    ],
)
def test_check_that_sees_a_mistake_may_be_about_its_function_too(
    failed: list[str], told: str
) -> None:
    checks = {one.name: one for one in (check("test_look", 0), check("test_outer", 3))}
    bench: Any = SimpleNamespace(check=checks)
    verdict = a_verdict(*(Finding(name, Outcome.FAILED) for name in failed))
    candidate = SimpleNamespace(about="inner")
    tried: Any = SimpleNamespace(verdict=verdict, candidate=candidate)

    assert promises._elsewhere(bench, tried) == told
