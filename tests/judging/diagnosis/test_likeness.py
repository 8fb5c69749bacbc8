"""Mistakes that no check tells apart: only where something is known of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.judging.answers import Value
from grader.judging.checks.evidence import Exchange
from grader.judging.diagnosis.likeness import alike
from grader.judging.requests import Call

ASKED = [Exchange("f", Call("f")), Exchange("g", Call("g"))]


def groups(*answers: tuple[float | None, float | None]) -> object:
    """Return the groups of as many mistakes, who answer two requests each."""
    mistakes = [
        SimpleNamespace(name=f"m{number}", question=f"{number}?")
        for number in range(len(answers))
    ]

    def perform(slots: list[int], exchanges: list[Exchange]) -> dict[int, Any]:
        def given(slot: int) -> list[Exchange | None]:
            return [
                None if own is None else Exchange(each.name, each.request, Value(own))
                for own, each in zip(answers[slot - 1], exchanges, strict=True)
            ]

        return {slot: given(slot) for slot in slots}

    stage: Any = SimpleNamespace(mistakes=mistakes, perform=perform)
    recognition: Any = SimpleNamespace(
        expected=lambda _: SimpleNamespace(chance=(False, False))
    )
    record: Any = SimpleNamespace(exchanges=ASKED)
    return alike([record], recognition, stage)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([(1.0, 2.0), (1.0, 2.0)], (("m0", "m1"),)),
        ([(1.0, 2.0), (1.0, 3.0)], ()),
        ([(None, None), (None, None)], ()),
        ([(1.0, None), (1.0, None)], (("m0", "m1"),)),
        ([(None, None), (1.0, 2.0), (1.0, 2.0), (None, None)], (("m1", "m2"),)),
    ],
)
def test_mistakes_are_alike_only_in_what_they_answer(
    answers: list[tuple[float | None, float | None]], told: object
) -> None:
    assert groups(*answers) == told
