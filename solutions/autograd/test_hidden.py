"""The checks that decide the grade of `autograd`: fresh numbers, both signs."""

import math

import torch

from grader import close_to, parts, points

X_DATA = [1.0, 2.0, 3.0]
Y_DATA = [2.0, 4.0, 6.0]


def weight(value):
    """Return a new weight; each call gets its own, since training may change it."""
    return torch.tensor([value], requires_grad=True)


def slope(loss, w, x, y):
    """Return what one backward pass over a loss leaves in the gradient of `w`."""
    leaf = weight(w)
    loss(leaf, x, y).backward()
    return leaf.grad


def fresh_samples(draw):
    """Return four (w, x, y): both signs of x with both signs of the residual.

    The residual stays above 0.8, so that right ways to write it agree to many digits.
    """
    samples = []
    for sign_of_x in (1, -1):
        for sign_of_residual in (1, -1):
            w, x = draw.real(), sign_of_x * draw.positive()
            residual = sign_of_residual * (0.5 + draw.positive())
            samples.append((w, x, round(w * x - residual, 3)))
    return samples


def other_kinds(draw):
    """Return a weight and the same (x, y) as whole numbers and as tensors of one."""
    w, x, y = draw.real(), draw.integer(), draw.integer()
    if abs(w * x - y) < 1:
        y = -y
    whole = (x, y)
    decimal_tensors = (torch.tensor(float(x)), torch.tensor(float(y)))
    whole_tensors = (torch.tensor(x), torch.tensor(y))
    return w, [whole, decimal_tensors, whole_tensors]


def fresh_run(draw, reference, w=None, lr=None, epochs=None):
    """Return fresh arguments of `train`, save those given, and what is due.

    Every loss stays away from 0: there it is the square of a difference of nearly equal
    numbers, in which right solutions differ early. And the end still shows where it
    started, and how many epochs ago: training that has arrived hides both.
    """
    while True:
        start, (x, y) = w or draw.start(), draw.line(5, noise=1.0)
        run = start, x, y, lr or draw.rate(), epochs or draw.epochs()
        left = math.prod(1 - 2 * run[3] * a * a for a in x) ** run[4]
        if abs(left) < 0.01:
            continue
        end, losses = reference.train(weight(start), *run[1:])
        if min(losses) > 0.2 and max(losses) < 1e3 and abs(end.item()) > 0.1:
            return run, (end, losses)


@points(1)
def test_forward_is_the_product_of_weight_and_input(student, reference, draw):
    """forward(w, x) is w times x, for either sign of both."""
    for w, x, _ in fresh_samples(draw):
        assert student.forward(weight(w), x) == close_to(
            reference.forward(weight(w), x)
        )


@points(0.5)
def test_forward_can_be_walked_back(student, draw):
    """The prediction keeps its graph: its slope by w is x."""
    for w, x, _ in fresh_samples(draw):
        assert student.forward.gradient(weight(w), x) == close_to(x)


@points(0.5)
def test_forward_takes_every_kind_of_number(student, reference, draw):
    """forward(w, x) is right when x is a whole number or a tensor with one number."""
    w, kinds = other_kinds(draw)
    for x, _ in kinds:
        assert student.forward(weight(w), x) == close_to(
            reference.forward(weight(w), x)
        )


@points(1)
def test_loss_is_the_squared_residual(student, reference, draw):
    """loss(w, x, y) is the squared error, above the target and below it."""
    for w, x, y in fresh_samples(draw):
        assert student.loss(weight(w), x, y) == close_to(
            reference.loss(weight(w), x, y)
        )


@points(1)
def test_loss_has_the_right_slope(student, reference, draw):
    """backward() on the loss leaves the right gradient, for either sign."""
    for w, x, y in fresh_samples(draw):
        assert student.loss.gradient(weight(w), x, y) == close_to(
            slope(reference.loss, w, x, y)
        )


@points(0.5)
def test_loss_takes_every_kind_of_number(student, reference, draw):
    """loss(w, x, y) and its slope are right for whole numbers and for tensors."""
    w, kinds = other_kinds(draw)
    for x, y in kinds:
        assert student.loss(weight(w), x, y) == close_to(
            reference.loss(weight(w), x, y)
        )
        assert student.loss.gradient(weight(w), x, y) == close_to(
            slope(reference.loss, w, x, y)
        )


@points(1)
def test_train_learns_the_lesson(student, reference):
    """train gives the lesson's final weight and its ten losses."""
    w, losses = parts(student.train(weight(1.0), X_DATA, Y_DATA, lr=0.01, epochs=10), 2)
    expected_w, expected_losses = reference.train(weight(1.0), X_DATA, Y_DATA)

    assert w == close_to(expected_w)
    assert losses == close_to(expected_losses)


@points(1.5)
def test_train_ends_where_sgd_ends(student, reference, draw):
    """train returns the right final weight on noisy data, from another start."""
    (w, x, y, lr, epochs), (expected, _) = fresh_run(draw, reference)
    end, _ = parts(student.train(weight(w), x, y, lr=lr, epochs=epochs), 2)

    assert end == close_to(expected)


@points(1)
def test_train_returns_one_loss_per_epoch(student, reference, draw):
    """train returns, for each epoch, the last backward pass's loss, before the step."""
    (w, x, y, lr, epochs), (_, expected) = fresh_run(draw, reference)
    _, losses = parts(student.train(weight(w), x, y, lr=lr, epochs=epochs), 2)

    assert losses == close_to(expected)


@points(0.5)
def test_train_starts_from_the_weight_it_is_given(student, reference, draw):
    """train is right from a start below 0 and from one above it."""
    for start in draw.starts():
        (w, x, y, lr, epochs), (expected, _) = fresh_run(draw, reference, w=start)
        end, _ = parts(student.train(weight(w), x, y, lr, epochs), 2)

        assert end == close_to(expected)


@points(0.5)
def test_train_has_the_defaults_of_the_lesson(student, reference, draw):
    """Without lr and epochs, train takes 10 epochs at a rate of 0.01."""
    run, expected = fresh_run(draw, reference, lr=0.01, epochs=10)
    w, x, y, _, _ = run
    expected_end, expected_losses = expected
    end, losses = parts(student.train(weight(w), x, y), 2)

    assert losses == close_to(expected_losses)
    assert end == close_to(expected_end)


@points(0.5)
def test_train_takes_tensors_and_whole_numbers(student, reference, draw):
    """train is right when the data are tensors, and when they are whole numbers."""
    (w, x, y, lr, epochs), (expected, _) = fresh_run(draw, reference)
    tensors = torch.tensor(x), torch.tensor(y)
    whole = torch.tensor([1, 2, 3]), torch.tensor([2, 4, 7])
    end, _ = parts(student.train(weight(w), *tensors, lr, epochs), 2)
    whole_end, _ = parts(student.train(weight(w), *whole, lr, 2), 2)
    list_end, _ = parts(student.train(weight(w), [1, 2, 3], [2, 4, 7], lr, 2), 2)
    expected_whole, _ = reference.train(weight(w), *whole, lr, 2)

    assert end == close_to(expected)
    assert whole_end == close_to(expected_whole)
    assert list_end == close_to(expected_whole)


@points(0.5)
def test_train_leaves_its_data_alone(student, draw):
    """train does not change the lists or tensors it is given."""
    w, (x, y), lr = draw.start(), draw.line(5), draw.rate()
    tensors = torch.tensor(x), torch.tensor(y)
    with_lists = student.train.call(weight(w), list(x), list(y), lr, 3)
    with_tensors = student.train.call(weight(w), *tensors, lr, 3)

    assert with_lists.arguments[1] == close_to(x)
    assert with_lists.arguments[2] == close_to(y)
    assert with_tensors.arguments[1] == close_to(x)
    assert with_tensors.arguments[2] == close_to(y)
