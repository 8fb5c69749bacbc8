"""The lesson's own numbers: a first look at your work, not yet the grade."""

import torch

from grader import close_to, parts

X_DATA = [1.0, 2.0, 3.0]
Y_DATA = [2.0, 4.0, 6.0]
LOSSES = [
    7.3159, 3.9988, 2.1857, 1.1946, 0.6530, 0.3569, 0.1951, 0.1066, 0.0583, 0.0319,
]  # fmt: skip


def start():
    """Return the weight from which the lesson starts."""
    return torch.tensor([1.0], requires_grad=True)


def test_forward_predicts_the_lesson(student):
    """With w = 1, forward(w, 4) is 4."""
    assert student.forward(start(), 4) == close_to(4)


def test_loss_is_1_4_and_9_at_the_start(student):
    """At w = 1 the three samples of the lesson have the losses 1, 4 and 9."""
    assert student.loss(start(), 1.0, 2.0) == close_to(1)
    assert student.loss(start(), 2.0, 4.0) == close_to(4)
    assert student.loss(start(), 3.0, 6.0) == close_to(9)


def test_loss_leaves_minus_2_minus_8_and_minus_18_in_the_gradient(student):
    """At w = 1, backward() on the three losses gives -2, -8 and -18."""
    assert student.loss.gradient(start(), 1.0, 2.0) == close_to(-2)
    assert student.loss.gradient(start(), 2.0, 4.0) == close_to(-8)
    assert student.loss.gradient(start(), 3.0, 6.0) == close_to(-18)


def test_train_ends_at_the_lesson_s_weight(student):
    """Ten epochs on the lesson's data take w from 1 to 1.9512."""
    w, _ = parts(student.train(start(), X_DATA, Y_DATA), 2)

    assert w == close_to(1.9512161016464233)


def test_train_returns_the_lesson_s_losses(student):
    """The losses of these ten epochs fall from 7.3159 to 0.0319."""
    _, losses = parts(student.train(start(), X_DATA, Y_DATA), 2)

    # The lesson prints four decimals: the last loss is known to 2 in 1000.
    assert losses == close_to(LOSSES, rtol=2e-3)
