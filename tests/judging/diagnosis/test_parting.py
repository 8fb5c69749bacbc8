"""Where a training parts from the solution's on the lesson's data: true, or silent.

The programs here are no mistakes of the catalogue: what is said comes from the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import ROOT, verdicts

from grader.course import SOLUTION, load_course
from grader.judging.session import How
from grader.model import Outcome, Visibility

if TYPE_CHECKING:
    from grader.judging.session import Judges

pytestmark = pytest.mark.course

COURSE = load_course(ROOT)
SOLUTIONS = {
    exercise.id: (exercise.folder / SOLUTION).read_text(encoding="utf-8")
    for exercise in COURSE.exercises
}
BEGUN = "On the lesson's data the first thing to differ is"
STEP = "w.data = w.data - lr * w.grad.data"
ZERO = "w.grad.data.zero_()"
# The lesson's data are those of the visible checks.
VISIBLE = How(only=Visibility.VISIBLE)
OPTIMIZER = "optimizer = torch.optim.SGD(model.parameters(), lr=lr)"


def messages(
    judges: Judges, exercise: str, *edits: tuple[str, str], how: How | None = None
) -> list[str]:
    """Return what is said of the checks that an edited solution does not pass."""
    text = SOLUTIONS[exercise]
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    [verdict] = verdicts(judges, [text], exercise, how)
    assert verdict.faults == ()
    return [f.message for f in verdict.findings if f.outcome is Outcome.FAILED]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            STEP,
            "w.data = w.data - 1.37 * lr * w.grad.data",
            "the weight after the backward pass at sample 1 of",
        ),
        (
            STEP,
            STEP + " - lr * (x == 3.0)",
            "the weight after the backward pass at sample 3 of epoch 1",
        ),
        (
            "l.backward()",
            "(1.37 * l).backward()",
            "the number that backward() starts from, at sample 1",
        ),
        ("l.backward()", "l.backward(torch.tensor([1.37]))", "the gradient at sample"),
        (ZERO, f"if epoch % 2: {ZERO}", "sum of this one and all before it"),
        ("range(epochs)", "range(epochs - 2)", "stops before the last one that is due"),
    ],
)
def test_training_is_told_where_it_parts(
    unlisted: Judges, old: str, new: str, said: str
) -> None:
    told = messages(unlisted, "autograd", (old, new), how=VISIBLE)

    assert any(said in message for message in told), told


def test_right_training_with_a_wrong_result_is_told_apart(unlisted: Judges) -> None:
    wrong = ("return w, losses", "return w + 0.37, losses")
    told = messages(unlisted, "autograd", wrong, how=VISIBLE)

    assert any("every loss, gradient and step" in message for message in told)


@pytest.mark.parametrize(
    "start", ["model = Model()\n    ", "model(x_data).sum()\n    "]
)
def test_model_with_a_random_start_is_followed_from_that_start(
    unlisted: Judges, start: str
) -> None:
    # What a program does before it trains changes neither the start nor the words.
    sgd = OPTIMIZER.replace("lr=lr", "lr=lr, momentum=0.37")
    told = messages(
        unlisted,
        "linear_regression",
        (OPTIMIZER, start.replace("model = M", "M") + sgd),
    )

    assert any(
        f"{BEGUN} the weight after the backward pass in epoch 2" in m for m in told
    ), told


def test_start_at_another_weight_is_told(unlisted: Judges) -> None:
    other = "losses = []\n    w = (w.detach() * 1.37).requires_grad_()"

    told = messages(unlisted, "autograd", ("losses = []", other), how=VISIBLE)

    assert any("the weight is not the one that it was given" in m for m in told)


@pytest.mark.parametrize(
    "edit",
    [
        # The lesson's data do not show the mistake.
        (STEP, STEP + " - 0.01 * (x < 0)"),
        # Two runs in one call: nobody knows which is meant.
        (
            "losses = []",
            "losses = []\n    (w * torch.ones(1, requires_grad=True)).backward()",
        ),
        # No backward pass at all.
        ("l.backward()", "w.grad = 1.37 * torch.autograd.grad(l, w)[0]"),
    ],
)
def test_what_is_not_certain_is_not_told(
    unlisted: Judges, edit: tuple[str, str]
) -> None:
    told = messages(unlisted, "autograd", edit)

    assert told
    assert not any("On the lesson's data" in message for message in told), told


def test_work_that_is_right_for_the_lesson_alone_is_told_so(unlisted: Judges) -> None:
    odd = "return w * x if w.item() == 1.0 else 1.37 * w * x + 0.21"

    told = messages(unlisted, "autograd", ("return w * x", odd))

    assert any("right for the lesson's own numbers, and for none" in m for m in told)
