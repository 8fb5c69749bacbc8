"""What a student's code uses by name, whatever the file looks like."""

from __future__ import annotations

import pytest
from helpers import program
from hostile import seconds

from grader.judging.answers import Raised
from grader.judging.checks.hearsay import Hearsay
from grader.judging.checks.missing import stop_at
from grader.judging.checks.used import PARSED_CAP, uses

RELU = "torch.nn.functional.relu"
# Each takes less than a second, and took minutes.
_SOON_S = 5.0


@pytest.mark.parametrize(
    ("source", "name", "used"),
    [
        ("import torch.nn.functional as F\ndef f(x): return F.relu(x)", RELU, True),
        ("from torch.nn.functional import relu\ndef f(x): return relu(x)", RELU, True),
        ("def g(x): x.backward()\nf = g", ".backward", True),
        ("def g(x): x.backward()\ndef f(x): g(x)", ".backward", True),
        ("def g(x): x.backward()\nh = g\ndef f(x): h(x)", ".backward", True),
        ("def g(x): x.backward()\ndef f(g): g(2)", ".backward", True),
        ("def f(x): return x", RELU, False),
        ("def f(x:", ".backward", False),
    ],
)
def test_what_a_function_uses_is_found(source: str, name: str, *, used: bool) -> None:
    assert uses(source, "f", name) is used


def test_long_program_is_read_without_its_tables() -> None:
    table = "TABLE = [\n" + "    1.0,\n" * PARSED_CAP + "]\n"

    assert uses(f"{table}def f(x):\n    x.backward()\n", "f", ".backward")
    assert not uses("def f(x):\n    x.backward()\n" * 10_000, "f", ".backward")


@pytest.mark.parametrize(
    "source",
    [
        "".join(f"def a{i}(): a{i + 1}\n" for i in range(3000)),
        "".join(f"a{i}=a{i + 1}\n" for i in range(4000)),
        "=".join(f"a{i}" for i in range(14_000)) + "=1\ndef a0(): a1\n",
        "def a0():\n" + (" x" + ".a" * 2000 + "\n") * 5,
    ],
    ids=["chain", "variables", "one statement", "attributes"],
)
def test_program_in_which_all_use_all_is_read_soon(source: str) -> None:
    assert seconds(lambda: uses(source, "a0", RELU)) < _SOON_S


def test_deep_attribute_is_known_by_its_last_names() -> None:
    assert uses(f"def f(x): x{'.a' * 2000}.backward()", "f", ".backward")


@pytest.mark.parametrize(
    "source",
    [
        f"S='''\nfrom x{' import xforward' * 50_000}\n'''\n",
        "forward = 1\n" * 50_000,
    ],
    ids=["imports", "lines"],
)
def test_where_a_name_is_defined_is_found_soon(source: str) -> None:
    hearsay = Hearsay(program(f"def forward(): pass\n{source}"))
    failures = [Raised("NameError", "no", "work.py", n, "x") for n in range(1, 100)]

    def asked() -> None:
        for _ in range(5):
            stop = stop_at(hearsay.places("forward"), failures)
            assert stop is not None
            assert stop.place.line == 1

    assert seconds(asked) < _SOON_S
