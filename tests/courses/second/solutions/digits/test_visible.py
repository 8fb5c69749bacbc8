import torch

from grader import close_to


def test_network_of_two_inputs_learns_22_numbers(student):
    """Net(2, 4, 2) learns 22 numbers."""
    assert student.count(student.Net(2, 4, 2)) == close_to(22)


def test_step_goes_against_the_gradient(student):
    """descend() with a rate of 0.5 takes half of the gradient."""
    p = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    p.grad = torch.tensor([2.0, -2.0])
    student.descend([p], 0.5)

    assert p.detach() == close_to([0.0, 3.0])
