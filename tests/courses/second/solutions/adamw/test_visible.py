import torch

from grader import close_to


def test_first_step_is_as_long_as_the_rate(student):
    """The first step without decay is as long as the rate."""
    p = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    opt = student.AdamW([p], lr=0.1, weight_decay=0.0)
    p.grad = torch.tensor([3.0, -0.5])
    opt.step()

    assert p == close_to([0.9, -1.9])
