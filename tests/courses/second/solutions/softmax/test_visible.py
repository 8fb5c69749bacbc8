import numpy as np

from grader import close_to


def test_loss_of_equal_logits(student):
    """Where all logits are equal, the loss is log(k)."""
    assert student.softmax_loss(np.zeros((2, 4)), np.array([0, 3])) == close_to(np.log(4))
