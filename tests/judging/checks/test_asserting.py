"""A visible assert tells both of its sides, and asks nothing again for it."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.judging.checks.asserting import other_value, unequal
from grader.judging.checks.evidence import Called, Evidence, Held

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
import math
import random

import numpy as np
import pytest
import torch


def helper(value):
    return value


def check(student):
    """
SAID = {
    "assert student.f(3) == 6": "`f` gave 5, expected 6.",
    "assert 6 == student.f(3)": "`f` gave 5, expected 6.",
    "x = student.f(3)\n    assert x == 6": "`x` is 5, expected 6.",
    "assert student.f(3) == pytest.approx(6.0)": "`f` gave 5, expected 6.0 ± 6.0e-06.",
    "assert len(student.words()) == 3": "`len(student.words())` is 2, expected 3.",
    "assert student.words()[0] == 'b'": "`student.words()[0]` is 'a', expected 'b'.",
    "assert student.f(1) + student.f(2) == math.sqrt(4)": (
        "`student.f(1) + student.f(2)` is 10, expected 2.0."
    ),
    "assert student.f(1) == student.f(2) + 1": "`f` gave 5, expected 6.",
    "np.testing.assert_allclose(student.array(), [1, 3])": (
        "`array` gave array([1, 2]), expected [1, 3]."
    ),
    "torch.testing.assert_close(student.tensor(), torch.ones(2))": (
        "`tensor` gave tensor([1., 2.]), expected tensor([1., 1.])."
    ),
    "assert student.array().tolist() == [1, 3]": (
        "`student.array().tolist()` is [1, 2], expected [1, 3]."
    ),
    "assert (\n        student.f(3)\n        == 6\n    )": "`f` gave 5, expected 6.",
}
UNCLEAR = (
    "assert student.f(3) > 6",
    "assert helper(student.f(3)) == 6",
    "assert student.f.call(3).value == 6",
    "assert student.f(3) == random.randint(6, 7)",
    "assert student.f(3) == 6 == 7",
    "assert not student.f(3)",
    "assert student.model() == 6",
    "model = student.model()\n    assert model[0] == 6",
    "assert [student.model()] == [6]",
    "items = [1, 2]\n    student.f(3)\n    assert items.pop() == 3",
    "assert [student.f(n) for n in (1, 2)] == [6, 6]",
)


class Stays(Held):
    """An object in the worker, which must not be asked for more."""

    def __repr__(self) -> str:
        raise RuntimeError("it was asked for what it looks like")


class Student:
    """Answers like a student's program, and keeps what was asked."""

    def __init__(self) -> None:
        self.evidence = Evidence()
        self.f = self._of("f", 5)
        self.words = self._of("words", ["a", "b"])
        self.array = self._of("array", np.array([1, 2]))
        self.tensor = self._of("tensor", torch.tensor([1.0, 2.0]))
        self.model = self._of("model", [Stays()])

    def _of(self, name: str, value: Any) -> Any:
        def ask(*_: object) -> Any:
            self.evidence.calls.append(Called(name, value))
            return value

        ask.call = lambda *_: Called(name, value)  # type: ignore[attr-defined]
        return ask


def told(folder: Path, body: str, *, hidden: bool = False) -> str:
    path = folder / "test_visible.py"
    path.write_text(f"{HEAD}{body}\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("test_visible", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    student = Student()
    with pytest.raises(AssertionError) as caught:
        module.check(student)
    asked = len(student.evidence.calls)
    said = unequal(caught.value, student.evidence, folder)
    if hidden:
        said = other_value(caught.value, folder)
    assert len(student.evidence.calls) == asked
    return said


@pytest.mark.parametrize("body", SAID)
def test_assert_tells_what_was_got_and_expected(tmp_path: Path, body: str) -> None:
    assert told(tmp_path, body) == SAID[body]


@pytest.mark.parametrize("body", UNCLEAR)
def test_nothing_is_told_where_it_is_unclear(tmp_path: Path, body: str) -> None:
    assert told(tmp_path, body) == ""


def test_assert_elsewhere_tells_nothing(tmp_path: Path) -> None:
    error = AssertionError("from nowhere")

    assert unequal(error, Evidence(), tmp_path) == ""


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("assert student.f(student.words()) == 6", "f"),
        ("assert 6 == student.f(7)", "f"),
        ("assert student.f(7) == student.words()", ""),
        ("assert student.f(7) + 1 == 7", ""),
        ("x = student.f(7); assert x == 6", ""),
        ("assert student.f(7) < 5", ""),
    ],
)
def test_function_that_is_asserted_is_named_where_nothing_may_be_shown(
    tmp_path: Path, body: str, name: str
) -> None:
    said = told(tmp_path, f"    {body}", hidden=True)

    assert said == (f"`{name}` gave another value than expected." if name else "")
