"""Slopes against torch's."""

import torch

from grader import close_to, points


def leaves(draw, n):
    return [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in draw.reals(n)]


@points(3)
def test_product_has_the_slopes_of_torch(student, draw):
    """The slope of a product by each factor is the other one."""
    expected = leaves(draw, 2)
    a, b = (student.Value(leaf.item()) for leaf in expected)
    product = a * b
    product.backward()
    (expected[0] * expected[1]).backward()

    assert product.data == close_to(expected[0] * expected[1])
    assert a.grad == close_to(expected[0].grad)
    assert b.grad == close_to(expected[1].grad)


@points(3)
def test_value_used_twice_has_both_slopes(student, draw):
    """What is used twice collects the slopes of both uses."""
    expected = leaves(draw, 2)
    a, b = (student.Value(leaf.item()) for leaf in expected)
    c = a * b
    (c * a + c + a).backward()
    made = expected[0] * expected[1]
    (made * expected[0] + made + expected[0]).backward()

    assert a.grad == close_to(expected[0].grad)
    assert b.grad == close_to(expected[1].grad)


@points(4)
def test_tanh_has_the_slope_of_torch(student, draw):
    """tanh is right, and so is its slope, also inside of a product."""
    expected = leaves(draw, 2)
    a, b = (student.Value(leaf.item()) for leaf in expected)
    out = (a + b).tanh() * a
    out.backward()
    (expected[0].add(expected[1]).tanh() * expected[0]).backward()

    assert out.data == close_to((expected[0] + expected[1]).tanh() * expected[0])
    assert a.grad == close_to(expected[0].grad)
    assert b.grad == close_to(expected[1].grad)
