"""Twins: a student's model and another one agree once they have the same weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import ROOT, program, verdict_on

from grader.course import SOLUTION, load_course
from grader.model import Outcome

if TYPE_CHECKING:
    from grader.judging.session import Judges
    from grader.model import Verdict

pytestmark = pytest.mark.course

TEXT = (
    load_course(ROOT).only(("linear_regression",)).exercises[0].folder / SOLUTION
).read_text(encoding="utf-8")
LAYER = "self.linear = torch.nn.Linear(1, 1)"
LINE = "return self.linear(x)"
SLOW = ("lr=lr)", "lr=lr / 3.7)")


def judged(judges: Judges, *edits: tuple[str, str]) -> Verdict:
    text = TEXT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    verdict = verdict_on(judges, program(text), "linear_regression")
    assert verdict.faults == ()
    return verdict


def said(verdict: Verdict) -> str:
    return " ".join(f.message for f in verdict.findings)


def test_weights_in_another_order_and_shape_are_followed(unlisted: Judges) -> None:
    own = (
        "self.bias = torch.nn.Parameter(torch.randn(1, 1))\n"
        "        self.slope = torch.nn.Parameter(torch.randn(1))"
    )
    verdict = judged(
        unlisted, (LAYER, own), (LINE, "return x * self.slope + self.bias"), SLOW
    )

    assert "the weight after the backward pass in epoch 1" in said(verdict)


def test_model_that_computes_something_else_is_not_followed(unlisted: Judges) -> None:
    verdict = judged(unlisted, (LINE, "return 1.37 * self.linear(x)"), SLOW)

    assert "On the lesson's data" not in said(verdict)


def test_training_from_other_weights_than_the_model_s_is_told(unlisted: Judges) -> None:
    zeroed = (
        "losses = []\n    with torch.no_grad():\n"
        "        [p.fill_(0.37) for p in model.parameters()]"
    )
    verdict = judged(unlisted, ("losses = []", zeroed))

    assert "the weights are not those of the model that it was given" in said(verdict)


@pytest.mark.parametrize(
    "forward",
    [
        "return self.linear(x)",
        "return self.linear(x) + self.first(x)",
        "return self.linear(x) * self.first(x)",
    ],
)
def test_number_of_parameters_alone_names_no_mistake(
    judges: Judges, forward: str
) -> None:
    two = f"self.first = torch.nn.Linear(1, 1)\n        {LAYER}"
    verdict = judged(judges, (LAYER, two), (LINE, forward))

    assert {f.mistake for f in verdict.findings} == {None}


def test_mistake_with_other_parameters_is_named_by_what_it_computes(
    judges: Judges,
) -> None:
    two = f"self.first = torch.nn.Linear(1, 1)\n        {LAYER}"
    verdict = judged(judges, (LAYER, two), (LINE, "return self.linear(self.first(x))"))

    assert "two_layers" in {f.mistake for f in verdict.findings}


STRANGE = [
    """
def Model():
    return [torch.nn.Linear(1, 1)]
""",
    """
def Model(made=[]):
    made.append(1)
    return torch.nn.Linear(1 + len(made) % 3, 1)
""",
    """
def Model(made=[]):
    made.append(1)
    if len(made) > 5:
        raise ValueError
    return torch.nn.Linear(1, 1)
""",
    """
class Model(torch.nn.Linear):
    def __init__(self):
        super().__init__(1, 1)

    def parameters(self):
        return iter([torch.ones(99), "x", None])
""",
]


@pytest.mark.parametrize("model", STRANGE)
def test_strange_models_break_nothing(unlisted: Judges, model: str) -> None:
    verdict = verdict_on(unlisted, program(TEXT + model), "linear_regression")

    assert verdict.faults == ()
    assert Outcome.GRADER_ERROR not in {f.outcome for f in verdict.findings}
