"""Functions and classes of two files, by their names."""

import torch

from grader import about, close_to, parts, points


def twins(student, reference, sizes):
    expected = reference.Net(*sizes)
    net = student.Net(*sizes)
    net.load_state_dict(expected.state_dict())
    return net, expected


@points(3)
@about("Net")
def test_network_computes_what_the_reference_does(student, reference, draw):
    """With the same weights Net gives the same numbers."""
    net, expected = twins(student, reference, (3, 5, 2))
    x = draw.tensor((4, 3))

    assert net(x) == close_to(expected(x), shape=(4, 2))


@points(2)
def test_step_leaves_no_gradient(student, draw):
    """descend() subtracts the rate times the gradient, and clears it."""
    start, slope = draw.tensor((2, 3)), draw.tensor((2, 3))
    p = torch.nn.Parameter(start.clone())
    p.grad = slope.clone()
    student.descend([p], 0.3)

    assert p.detach() == close_to(start - 0.3 * slope)
    assert p.grad is None or p.grad == close_to(torch.zeros(2, 3))


@points(3)
@about("fit", "Net")
def test_fit_ends_where_gradient_descent_ends(student, reference, draw):
    """fit() gives the losses before each step, and the weights after the last."""
    net, expected = twins(student, reference, (3, 4, 2))
    x, y = draw.tensor((6, 3)), torch.tensor(draw.labels(6, 2))
    losses = student.fit(net, x, y, lr=0.3, steps=4)

    assert losses == close_to(reference.fit(expected, x, y, lr=0.3, steps=4))
    assert net.state_dict() == close_to(expected.state_dict())


@points(1)
def test_trained_network_has_the_size_of_its_data(student, draw):
    """trained() makes a network for the data and trains it."""
    x, y = draw.tensor((6, 3)), torch.tensor(draw.labels(6, 4))
    net, losses = parts(student.trained(x, y, hidden=5, steps=2), 2)

    assert net(x).shape == (6, 4)
    assert len(losses) == 2


@points(1)
@about("count")
def test_network_learns_so_many_numbers(student, reference, draw):
    """count() gives how many numbers a network learns."""
    sizes = draw.integers(2, 9, 3).tolist()

    assert student.count(student.Net(*sizes)) == reference.count(reference.Net(*sizes))
