import torch

from grader import close_to


def test_nearest(student):
    """Each point belongs to the nearest centre."""
    points = torch.tensor([[0.0, 0.0], [9.0, 9.0], [1.0, 0.0]])
    labels = student.assign(points, torch.tensor([[0.0, 1.0], [8.0, 8.0]]))
    assert labels.tolist() == [0, 1, 0]


def test_centres_move_in_place(student):
    """update moves the centres that it is given."""
    points, centres = torch.tensor([[0.0, 0.0], [2.0, 2.0]]), torch.zeros(1, 2)
    student.update(points, torch.tensor([0, 0]), centres)
    assert centres == close_to([[1.0, 1.0]])
