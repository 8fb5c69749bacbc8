import pytest
import torch

from grader import about, close_to, points


@pytest.fixture
def weights(draw):
    return draw.normal((3, 4)), draw.normal((4, 4)) / 2, draw.normal(4)


@points(2)
def test_step(student, reference, draw, weights):
    """One step is tanh(x Wx + h Wh + b)."""
    x, h = draw.normal((2, 3)), draw.normal((2, 4))
    assert student.Cell(*weights).forward(x, h) == close_to(reference.Cell(*weights).forward(x, h))


@points(1.5)
@pytest.mark.parametrize("steps", [1, 5])
def test_unroll(student, reference, draw, weights, steps):
    """unroll returns every state, in order."""
    xs, h = draw.normal((steps, 2, 3)), draw.normal((2, 4))
    got = student.Cell(*weights).unroll(xs, h)
    assert got.shape == (steps, 2, 4)
    assert got == close_to(reference.Cell(*weights).unroll(xs, h))


@points(5)
def test_backward_is_autograd(student, draw, weights):
    """backward gives what autograd gives."""
    xs, h, slopes = draw.normal((4, 2, 3)), draw.normal((2, 4)), draw.normal((4, 2, 4))
    Wx, Wh, b, h0 = (w.clone().requires_grad_() for w in (*weights, h))
    states, state = [], h0
    for x in xs:
        state = torch.tanh(x @ Wx + state @ Wh + b)
        states.append(state)
    (torch.stack(states) * slopes).sum().backward()
    got = student.Cell(*weights).backward(xs, h, slopes)
    assert got == close_to({"Wx": Wx.grad, "Wh": Wh.grad, "b": b.grad, "h": h0.grad})
