import math

import torch

from grader import close_to, points


def model(draw, n=5):
    """A bigram model as a callable: the most probable first token leads nowhere."""
    scores = draw.normal((n, n))
    scores[0, 1:3] = torch.tensor([6.0, 5.5])
    scores[1] /= 4
    scores[2, 3] = scores[3, 4] = 9.0
    table = torch.log_softmax(scores, dim=1)
    return lambda tokens: table[tokens[-1]]


@points(4)
def test_best_sequence(student, reference, draw):
    """beam_search finds what the solution finds."""
    for width in (1, 2, 3):
        scores = model(draw)
        tokens, score = student.beam_search(scores, 0, 4, width, 5)
        best, expected = reference.beam_search(scores, 0, 4, width, 5)
        assert tokens == best
        assert score == close_to(expected)


@points(3)
def test_asks_for_each_beam_once(student, draw):
    """The model is asked once for each beam and step, and never for a finished one."""
    scores, asked = model(draw), []

    def counted(tokens):
        asked.append(list(tokens))
        return scores(tokens)

    student.beam_search(counted, 0, 4, 2, 4)
    assert len(asked) <= 1 + 2 * 3
    assert all(tokens[-1] != 4 for tokens in asked)
    assert len({tuple(tokens) for tokens in asked}) == len(asked)


@points(3)
def test_stops_at_max_len(student, draw):
    """A sequence that never ends has max_len tokens after start."""
    never = torch.log(torch.tensor([0.5, 0.5 - 1e-6, 1e-6]))
    tokens, score = student.beam_search(lambda tokens: never, 1, 2, 2, 6)
    assert len(tokens) == 7
    assert 2 not in tokens
    assert score == close_to(math.log(0.5), rtol=1e-3)
