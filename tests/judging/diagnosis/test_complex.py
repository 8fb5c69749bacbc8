"""Solutions that answer complex numbers are compared like all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import program

from grader.model import Outcome, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Verdict

SOLUTION = """\
import torch


def roots(x):
    return torch.stack([torch.complex(x, -x), torch.complex(x, x)])
"""
VISIBLE = '''\
import torch

from grader import close_to


def test_roots_of_one(student):
    """roots(1) is 1 - i, 1 + i."""
    expected = torch.tensor([1 - 1j, 1 + 1j])
    assert student.roots(torch.tensor(1.0)) == close_to(expected)
'''
HIDDEN = '''\
import torch

from grader import close_to, points


@points(10)
def test_roots_of_fresh_numbers(student, reference, draw):
    """roots(x) is x - xi, x + xi."""
    for _ in range(3):
        x = torch.tensor(draw.real())
        assert student.roots(x) == close_to(reference.roots(x))
'''
WRONG = {
    "half": SOLUTION.replace("torch.complex(x, -x)", "torch.complex(x, -x) / 2"),
    "empty": "import torch\ndef roots(x): return torch.zeros(0, dtype=torch.cfloat)\n",
    "not finite": SOLUTION.replace("(x, -x)", "(x / 0, -x)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_reasons_are_looked_for_among_complex_numbers(
    judge_small: Callable[..., Verdict], name: str
) -> None:
    files = {"solution": SOLUTION, "visible": VISIBLE, "hidden": HIDDEN}
    verdict = judge_small(program(WRONG[name]), **files)

    assert verdict.faults == ()
    assert {finding.outcome for finding in verdict.findings} == {Outcome.FAILED}
    for finding in verdict.findings:
        found = [said.text for said in finding.said if said.role is Role.COUNTEREXAMPLE]
        assert ["right is `[1.0 - 1.0j, 1.0 + 1.0j]`" in text for text in found] == [1]
