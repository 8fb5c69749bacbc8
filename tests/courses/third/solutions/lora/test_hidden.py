import torch

from grader import close_to, points


def pair(student, reference, draw):
    """The same layer twice, B not at zero."""
    mine = student.LoRA(student.torch.nn.Linear(5, 3), 2, 4)
    base = torch.nn.Linear(5, 3)
    theirs = reference.LoRA(base, 2, 4)
    with torch.no_grad():
        theirs.A.copy_(draw.normal((2, 5)))
        theirs.B.copy_(draw.normal((3, 2)))
        mine.A.copy_(theirs.A)
        mine.B.copy_(theirs.B)
        mine.base.weight.copy_(base.weight)
        mine.base.bias.copy_(base.bias)
    return mine, theirs


@points(2)
def test_only_a_and_b_learn(student):
    """A and B are parameters that learn, and the base is frozen."""
    layer = student.LoRA(student.torch.nn.Linear(4, 3), 2, 4)
    learning = {name for name, p in layer.named_parameters() if p.requires_grad}
    assert learning == {"A", "B"}
    assert isinstance(layer.A, torch.nn.Parameter)
    assert not layer.base.weight.requires_grad
    assert layer.B == close_to(torch.zeros(3, 2))
    assert (layer.A != 0).any()


@points(3)
def test_forward(student, reference, draw):
    """forward adds x A^T B^T alpha / rank."""
    mine, theirs = pair(student, reference, draw)
    x = draw.normal((6, 5))
    assert mine(x) == close_to(theirs(x))


@points(2)
def test_merged(student, reference, draw):
    """merged() computes the same in one layer."""
    mine, theirs = pair(student, reference, draw)
    x = draw.normal((6, 5))
    plain = mine.merged()
    assert plain.weight.shape == (3, 5)
    assert plain(x) == close_to(theirs(x))


@points(3)
def test_fine_tune(student, reference, draw):
    """fine_tune moves A and B as SGD does, and leaves the base alone."""
    mine, theirs = pair(student, reference, draw)
    x, y = draw.normal((8, 5)), draw.normal((8, 3))
    before = mine.base.weight.clone()
    student.fine_tune(mine, x, y, lr=0.05, steps=4)
    reference.fine_tune(theirs, x, y, lr=0.05, steps=4)
    assert mine.A == close_to(theirs.A, rtol=1e-3)
    assert mine.B == close_to(theirs.B, rtol=1e-3)
    assert torch.equal(mine.base.weight, before)
    assert mine.base.weight.grad is None
