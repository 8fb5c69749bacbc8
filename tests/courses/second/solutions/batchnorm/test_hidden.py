"""Against torch's own batch norm, in training and after it."""

import torch

from grader import close_to, points


def rows(draw):
    return 3 * draw.normal((6, 4)) + draw.tensor(4)


def twins(student, draw):
    """Return a student's module and torch's with the same weights."""
    expected = torch.nn.BatchNorm1d(4)
    with torch.no_grad():
        expected.weight.copy_(draw.tensor(4))
        expected.bias.copy_(draw.tensor(4))
    module = student.BatchNorm(4)
    module.load_state_dict(dict(expected.state_dict()), strict=False)
    return module, expected


@points(4)
def test_training_normalises_by_the_batch(student, draw):
    """In training each column has the batch's mean and variance taken out."""
    module, expected = twins(student, draw)
    x = rows(draw)

    assert module(x) == close_to(expected(x), shape=(6, 4))


@points(3)
def test_running_numbers_follow_the_batches(student, draw):
    """The running mean and variance move a tenth of the way to each batch's."""
    module, expected = twins(student, draw)
    for _ in range(3):
        x = rows(draw)
        module(x)
        expected(x)

    assert module.running_mean == close_to(expected.running_mean)
    assert module.running_var == close_to(expected.running_var)


@points(3)
def test_evaluation_uses_the_running_numbers(student, draw):
    """After eval() a row comes out the same, whatever is beside it."""
    module, expected = twins(student, draw)
    x = rows(draw)
    module(x)
    expected(x)
    module.eval()
    expected.eval()

    assert module(x[:1]) == close_to(expected(x[:1]))
    assert module(x) == close_to(expected(x))
