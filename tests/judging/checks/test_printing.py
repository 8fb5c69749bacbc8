"""`printing`: each number must stand in the text, in whatever format."""

from __future__ import annotations

import numpy as np
import pytest

from grader import printing
from grader.errors import AuthorError

TERMS = [1.6094379124341003, 0.2231435513142097, 0.10536051565782628, 2.302585092994046]
TOTAL = np.cumsum(TERMS)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(map(str, TERMS)),
        str(np.array(TERMS)),
        str([np.float64(term) for term in TERMS]),
        "tensor([1.6094, 0.2231, 0.1054, 2.3026], dtype=torch.float64)",
        "the terms are 2.3 0.11 0.22 1.61",
        "sample 1: 1.609\nsample 2: 0.223\nsample 3: 0.105\nsample 4: 2.303\n= 4.2405",
        "term1=1.61,term2=.223,term3=1.054e-01,term4=2.30",
        "1-1.61; 2-0.22; 3-0.11; 4-2.30",
        "L(0.2, 1) = 1.6094; L(0.8, 1) = 0.2231; L(.1, 0) = 0.1054; L(.9, 0) = 2.3026",
    ],
)
def test_numbers_stand_in_any_format(text: str) -> None:
    assert text == printing(TERMS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "printed",
        f"{sum(TERMS)}",
        f"{sum(TERMS) / 4}",
        f"{TERMS[0]}",
        "\n".join(map(str, TOTAL)),
        " ".join(f"{-term}" for term in TERMS),
        " ".join(f"{term / 4}" for term in TERMS),
        "2 0 0 2",
        "1.6094 0.2231 0.1054",
        "1.6094 0.2231 0.1054 2.3126",
    ],
)
def test_other_numbers_are_no_answer(text: str) -> None:
    assert text != printing(TERMS)


def test_one_number_stands_for_one() -> None:
    assert printing([0.5, 0.5]) != "0.5"
    assert printing([0.5, 0.5]) == "0.5 0.50"


@pytest.mark.parametrize(
    "text", ["0.0e300", "0.0e999", "0.0e1", "1.5e999", "-1.5e308 0.01e3", "1.5e-999"]
)
def test_no_power_of_ten_makes_a_number_stand_for_all(text: str) -> None:
    assert text != printing([1.6094])
    assert f"{text} 1.61e+00" == printing([1.6094])


@pytest.mark.parametrize("value", [None, 1.6094, ["1.6094"]])
def test_what_is_no_text_holds_no_number(value: object) -> None:
    assert printing(TERMS) != value


def test_long_text_is_read_to_a_limit() -> None:
    assert printing(TERMS) != " " * 100_000 + str(TERMS)


def test_expected_are_numbers() -> None:
    with pytest.raises(AuthorError, match="printing: expected numbers, got str"):
        printing("1.0")
