"""Mistakes that no check tells apart: only where something is known of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.judging.answers import Value
from grader.judging.checks.evidence import Exchange
from grader.judging.diagnosis.likeness import alike
from grader.judging.requests import Call

# How mistakes of `f` answer two requests of a check; None where nothing can be asked.
Answers = list[tuple[float | None, float | None]]
ASKED = [Exchange("f", Call("f")), Exchange("g", Call("g"))]


def groups(answers: Answers, about: str) -> object:
    """Return the groups of mistakes, where a check is about one function."""
    mistakes = [
        SimpleNamespace(name=f"m{number}", question=f"{number}?", about="f")
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
    check = SimpleNamespace(about=(about,))
    record: Any = SimpleNamespace(exchanges=ASKED, check=check)
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
    answers: Answers, told: object
) -> None:
    assert groups(answers, "f") == told


def test_check_of_another_function_need_not_be_put_to_mistakes() -> None:
    assert groups([(None, None), (None, None)], "g") == (("m0", "m1"),)
