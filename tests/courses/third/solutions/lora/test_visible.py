import torch

from grader import close_to


def test_starts_as_the_base(student):
    """With B at zero the layer computes what the base computes."""
    base = student.torch.nn.Linear(3, 2)
    layer = student.LoRA(base, rank=1, alpha=2)
    x = torch.ones(4, 3)
    assert layer(x) == close_to(base(x))
    assert layer.A.shape == (1, 3) and layer.B.shape == (2, 1)
