"""A direction is as good as its opposite."""

import torch

from grader import close_to, points, same_up_to


def cloud(draw):
    """Return points that vary differently along each axis of a turned frame."""
    frame, _ = torch.linalg.qr(draw.normal((3, 3)))
    return draw.normal((40, 3)) * torch.tensor([9.0, 3.0, 1.0]) @ frame + draw.positive()


@points(2)
def test_centred_points_have_the_mean_0(student, reference, draw):
    """centred(X) moves the points, and nothing else."""
    X = cloud(draw)

    assert student.centred(X) == close_to(reference.centred(X), shape=(40, 3))


@points(4)
def test_directions_are_those_of_most_variance(student, reference, draw):
    """directions(X, k) has one direction in each column, the widest first."""
    X = cloud(draw)
    for k in (1, 2):
        found = student.directions(X, k)

        assert found == same_up_to("sign", reference.directions(X, k))
