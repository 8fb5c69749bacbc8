"""The checks that decide the grade of `backprop`: fresh numbers, both signs."""

import math

import numpy as np
import torch

from grader import close_to, parts, points

X_DATA = [1.0, 2.0, 3.0]
Y_DATA = [2.0, 4.0, 6.0]


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


def whole_sample(draw):
    """Return one (w, x, y) of whole numbers, with a residual other than 0."""
    w, x = draw.integer(), draw.integer()
    return w, x, w * x - draw.integer()


def fresh_run(draw, reference, w=None, lr=None, epochs=None):
    """Return fresh arguments of `back_prop`, save those given, and what is due.

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
        end, losses = reference.back_prop(*run)
        if min(losses) > 0.2 and max(losses) < 1e3 and abs(end) > 0.1:
            return run, (end, losses)


@points(1)
def test_forward_is_the_product_of_weight_and_input(student, reference, draw):
    """forward(w, x) is w times x, for either sign of both."""
    for w, x, _ in fresh_samples(draw):
        assert student.forward(w, x) == close_to(reference.forward(w, x))


@points(0.5)
def test_forward_takes_whole_numbers(student, reference, draw):
    """forward(w, x) is right for whole numbers, and for a whole w with a decimal x."""
    w, x, _ = whole_sample(draw)
    decimal = draw.real()

    assert student.forward(w, x) == close_to(reference.forward(w, x))
    assert student.forward(w, decimal) == close_to(reference.forward(w, decimal))


@points(1)
def test_loss_is_the_squared_residual(student, reference, draw):
    """loss(w, x, y) is the squared error, above the target and below it."""
    for w, x, y in fresh_samples(draw):
        assert student.loss(w, x, y) == close_to(reference.loss(w, x, y))


@points(0.5)
def test_loss_takes_whole_numbers(student, reference, draw):
    """loss(w, x, y) is right for whole numbers."""
    w, x, y = whole_sample(draw)

    assert student.loss(w, x, y) == close_to(reference.loss(w, x, y))


@points(1.5)
def test_gradient_is_two_x_times_the_residual(student, reference, draw):
    """gradient(w, x, y) is right above the target and below, for either sign of x."""
    for w, x, y in fresh_samples(draw):
        assert student.gradient(w, x, y) == close_to(reference.gradient(w, x, y))


@points(0.5)
def test_gradient_is_the_slope_that_autograd_finds(student, reference, draw):
    """gradient(w, x, y) is what torch finds when it differentiates the loss."""
    for w, x, y in fresh_samples(draw):
        weight = torch.tensor(w, dtype=torch.float64, requires_grad=True)
        reference.loss(weight, x, y).backward()

        assert student.gradient(w, x, y) == close_to(weight.grad)


@points(0.5)
def test_gradient_takes_whole_numbers(student, reference, draw):
    """gradient(w, x, y) is right for whole numbers."""
    w, x, y = whole_sample(draw)

    assert student.gradient(w, x, y) == close_to(reference.gradient(w, x, y))


@points(0.5)
def test_back_prop_learns_the_lesson(student, reference):
    """back_prop gives the lesson's final weight and its ten losses."""
    w, losses = parts(student.back_prop(1.0, X_DATA, Y_DATA, lr=0.01, epochs=10), 2)
    expected_w, expected_losses = reference.back_prop(1.0, X_DATA, Y_DATA)

    assert w == close_to(expected_w)
    assert losses == close_to(expected_losses)


@points(1)
def test_back_prop_ends_where_sgd_ends(student, reference, draw):
    """back_prop returns the right final weight on noisy data, from another start."""
    (w, x, y, lr, epochs), (expected, _) = fresh_run(draw, reference)
    end, _ = parts(student.back_prop(w, x, y, lr=lr, epochs=epochs), 2)

    assert end == close_to(expected)


@points(1)
def test_back_prop_returns_one_loss_per_epoch(student, reference, draw):
    """back_prop returns, for each epoch, the last sample's loss before its update."""
    (w, x, y, lr, epochs), (_, expected) = fresh_run(draw, reference)
    _, losses = parts(student.back_prop(w, x, y, lr=lr, epochs=epochs), 2)

    assert losses == close_to(expected)


@points(0.5)
def test_back_prop_trains_from_the_start_it_is_given(student, reference, draw):
    """back_prop is right from a start below 0 and from one above it."""
    for start in draw.starts():
        (w, x, y, lr, epochs), (expected, _) = fresh_run(draw, reference, w=start)
        end, _ = parts(student.back_prop(w, x, y, lr, epochs), 2)

        assert end == close_to(expected)


@points(0.5)
def test_back_prop_has_the_defaults_of_the_lesson(student, reference, draw):
    """Without lr and epochs, back_prop takes 10 epochs at a rate of 0.01."""
    run, expected = fresh_run(draw, reference, lr=0.01, epochs=10)
    w, x, y, _, _ = run
    expected_end, expected_losses = expected
    end, losses = parts(student.back_prop(w, x, y), 2)

    assert losses == close_to(expected_losses)
    assert end == close_to(expected_end)


@points(0.5)
def test_back_prop_takes_arrays_and_whole_numbers(student, reference, draw):
    """back_prop is right when the data are NumPy arrays, and when they are whole."""
    (w, x, y, lr, epochs), (expected, _) = fresh_run(draw, reference)
    whole = 1, [1, 2, 3], [2, 4, 7], lr, 2
    end, _ = parts(student.back_prop(w, np.array(x), np.array(y), lr, epochs), 2)
    whole_end, _ = parts(student.back_prop(*whole), 2)

    assert end == close_to(expected)
    assert whole_end == close_to(reference.back_prop(*whole)[0])


@points(0.5)
def test_back_prop_leaves_its_data_alone(student, draw):
    """back_prop does not change the lists or arrays it is given."""
    w, (x, y), lr = draw.start(), draw.line(5), draw.rate()
    with_lists = student.back_prop.call(w, list(x), list(y), lr, 3)
    with_arrays = student.back_prop.call(w, np.array(x), np.array(y), lr, 3)

    assert with_lists.arguments[1] == close_to(x)
    assert with_lists.arguments[2] == close_to(y)
    assert with_arrays.arguments[1] == close_to(x)
    assert with_arrays.arguments[2] == close_to(y)
