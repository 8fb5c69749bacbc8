import torch

from grader import close_to


def test_greedy_when_the_beam_is_one(student):
    """With a width of 1 the most probable next token is taken each time."""
    table = torch.tensor([[0.1, 0.6, 0.3], [0.2, 0.1, 0.7], [1.0, 0.0, 0.0]]).log()

    tokens, score = student.beam_search(lambda tokens: table[tokens[-1]], 0, 2, 1, 4)

    assert tokens == [0, 1, 2]
    assert score == close_to((0.6 * 0.7) ** 0.5, rtol=1e-3) or score < 0
