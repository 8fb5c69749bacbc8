"""The words on where a training first goes wrong: true, or none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, cast

import pytest
import torch
from helpers import runs_told

from grader.judging.diagnosis.divergence import Telling, first_divergence
from grader.sandbox.worker.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.judging.checks.training import Run

WORDS = Telling("On the lesson's data", "sample")
X, Y = [1.3, -0.7, 2.1], [2.2, -1.9, 3.3]


def trained(
    *,
    start: float = 0.8,
    lr: float = 0.03,
    zeroed: bool = True,
    power: int = 2,
    epochs: int = 4,
    factor: float = 1.0,
    update: float = 1.0,
) -> Run:
    """Return the run of a training, right unless told otherwise."""

    def train() -> None:
        w = torch.tensor([start], requires_grad=True)
        for _ in range(epochs):
            for x, y in zip(X, Y, strict=True):
                loss = (w * x - y) ** power
                loss.backward(torch.tensor([factor]))
                with torch.no_grad():
                    w -= update * lr * cast("torch.Tensor", w.grad)
                if zeroed:
                    w.grad = None

    recorder = Recorder()
    recorder.install()
    try:
        recorder.next_call()
        train()
        (run,) = runs_told(recorder.report(1)) or ()
    finally:
        recorder.uninstall()
    return run


@cache
def right() -> Run:
    return trained()


def test_right_training_has_no_divergence() -> None:
    assert first_divergence(trained(), right(), 3, WORDS) is None


def test_gradient_that_was_never_zeroed_is_named_at_the_second_sample() -> None:
    said = first_divergence(trained(zeroed=False), right(), 3, WORDS)

    assert said == (
        "On the lesson's data the first thing to differ is the gradient at sample 2 of "
        "epoch 1: the loss is right, but the gradient is the sum of this one and all "
        "before it. What is in `.grad` before `backward()` adds to it?"
    )


def test_gradient_that_is_wrong_otherwise_is_only_named() -> None:
    assert first_divergence(trained(factor=0.5), right(), 3, WORDS) == (
        "On the lesson's data the first thing to differ is the gradient at sample 1 of "
        "epoch 1: the loss is right."
    )


def test_step_of_another_size_is_named_at_the_sample_that_made_it() -> None:
    assert first_divergence(trained(lr=0.06), right(), 3, WORDS) == (
        "On the lesson's data the first thing to differ is the weight after the "
        "backward pass at sample 1 of epoch 1: loss and gradient are right there, the "
        "weight that follows is not."
    )


def test_weight_that_no_step_has_changed_is_told() -> None:
    assert first_divergence(trained(update=0.0), right(), 3, WORDS) == (
        "On the lesson's data the first thing to differ is the weight after the "
        "backward pass at sample 1 of epoch 1: loss and gradient are right there, but "
        "the next backward() finds the weight unchanged."
    )


def test_pass_more_than_a_whole_epoch_is_no_epoch_more() -> None:
    more = replace(right(), passes=right().passes + 1)

    assert first_divergence(more, right(), 3, WORDS) is None


def test_epoch_more_that_moves_nothing_is_not_told() -> None:
    more = replace(right(), passes=right().passes + 3)

    assert first_divergence(more, right(), 3, WORDS) is None


@pytest.mark.parametrize(
    ("forward_agrees", "words"),
    [
        (True, "loss, not the prediction,"),
        (False, "number that backward() starts from,"),
    ],
)
def test_loss_is_told_from_the_prediction_where_that_is_known(
    forward_agrees: bool,  # noqa: FBT001 - pytest passes it by name
    words: str,
) -> None:
    said = first_divergence(
        trained(power=4), right(), 3, WORDS, forward_agrees=forward_agrees
    )

    assert said == (
        f"On the lesson's data the first thing to differ is the {words} at sample 1 of "
        f"epoch 1."
    )


def test_whole_batches_are_counted_in_epochs() -> None:
    said = first_divergence(trained(zeroed=False), right(), 1, WORDS)

    assert said is not None
    assert "the gradient in epoch 2" in said


@pytest.mark.parametrize(("epochs", "words"), [(5, "goes on after"), (3, "stops")])
def test_training_of_another_length_is_right_as_far_as_it_goes(
    epochs: int, words: str
) -> None:
    said = first_divergence(trained(epochs=epochs), right(), 3, WORDS)

    assert said is not None
    assert words in said


@pytest.mark.parametrize(
    "unclear",
    [
        lambda: trained(start=0.9),
        lambda: trained(lr=0.03 * (1 + 1e-3)),
        lambda: replace(right(), weights=()),
        lambda: replace(right(), weights=(), numbers=(), gradients=()),
        lambda: replace(right(), gradients=((torch.tensor([float("nan")]),),) * 12),
        lambda: replace(trained(lr=0.06), weights=((torch.ones(1, 1),),) * 12),
        lambda: replace(trained(lr=0.06), numbers=(1, *range(2, 13))),
    ],
)
def test_what_is_not_certain_has_no_words(unclear: Callable[[], Run]) -> None:
    assert first_divergence(unclear(), right(), 3, WORDS) is None


def test_long_training_that_agrees_as_far_as_it_was_kept_has_no_words() -> None:
    assert first_divergence(trained(epochs=60), trained(epochs=70), 3, WORDS) is None
