"""What a counterexample says about two answers, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from helpers import program

from grader.judging.answers import Value
from grader.judging.checks.evidence import Exchange
from grader.judging.checks.hearsay import Hearsay
from grader.judging.diagnosis.showing import difference
from grader.judging.named import Named
from grader.judging.requests import Call

HEARSAY = Hearsay(program(""))


def told(mine: object, due: object) -> str | None:
    student, right = (Exchange("f", Call("f"), Value(value)) for value in (mine, due))
    return difference(student, right, "FORM", HEARSAY, 1e-4)


@pytest.mark.parametrize(
    ("mine", "due"),
    [
        (0.5, np.float64(0.5)),
        (np.array(0.5), 0.5),
        (2, np.array(2)),
        (True, np.array(1)),
        (Named([1, 2], ["missing", "more"]), (1, 2)),
    ],
)
def test_number_of_python_s_is_as_good_as_one_of_numpy_s(
    mine: object, due: object
) -> None:
    assert told(mine, np.asarray(due) if isinstance(due, np.generic) else due) is None


@pytest.mark.parametrize(
    ("mine", "due", "said"),
    [
        (2, 2.0, "gives a value of type `int`; right is `float`"),
        ([0.5], np.array([0.5]), "gives a value of type `list`; right is `ndarray`"),
        (0.5, torch.tensor(0.5), "gives a value of type `float`; right is `Tensor`"),
        (
            torch.ones(2, 1),
            torch.ones(2),
            "gives the shape `[2, 1]`; right is `[2]`",
        ),
    ],
)
def test_other_difference_in_form_is_told(mine: object, due: object, said: str) -> None:
    assert told(mine, due) == said


@pytest.mark.parametrize(("imag", "shown"), [(-2.0, "1.0 - 2.0j"), (2.0, "1.0 + 2.0j")])
def test_complex_number_is_shown_with_one_sign(imag: float, shown: str) -> None:
    student, right = (
        Exchange("f", Call("f"), Value(complex(1.0, own))) for own in (5.0, imag)
    )
    said = difference(student, right, "VALUE", HEARSAY, 1e-4)

    assert said == f"gives `1.0 + 5.0j`; right is `{shown}`"
