import torch

from grader import close_to


def test_two_points_have_their_mean_between_them(student):
    """Two points are as far from 0 on both sides."""
    X = torch.tensor([[1.0, 2.0], [3.0, 8.0]])

    assert student.centred(X) == close_to([[-1.0, -3.0], [1.0, 3.0]])
