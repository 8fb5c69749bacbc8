"""Whole numbers, truth values, and a generator that is passed on."""

import given
import torch

from grader import close_to, parts, points


def text(draw, n=13):
    return draw.integers(0, 50, n).tolist()


@points(3)
def test_window_is_followed_by_the_next_ids(student, reference, draw):
    """Each window has its ids, and those one further on, exactly."""
    ids = text(draw)
    windows, expected = student.Windows(ids, 4), reference.Windows(ids, 4)

    assert len(windows) == len(expected)
    for i in (0, 3, len(expected) - 1):
        x, y = parts(windows[i], 2)

        assert x == close_to(expected[i][0], dtype=torch.int64)
        assert y == close_to(expected[i][1], dtype=torch.int64)


@points(5)
def test_batches_have_each_item_once_in_the_order_of_the_generator(
    student, reference, draw
):
    """batches() deals out all items in the generator's order, the last batch smaller."""
    ids, seed = text(draw), draw.integer() + 20
    made = student.batches(student.Windows(ids, 4), 4, student.given.seeded(seed))
    expected = list(reference.batches(reference.Windows(ids, 4), 4, given.seeded(seed)))
    found = list(made)

    assert len(found) == len(expected)
    for got, due in zip(found, expected):
        x, y = parts(got, 2)

        assert x == close_to(due[0], shape=due[0].shape)
        assert y == close_to(due[1], shape=due[1].shape)


@points(2)
def test_has_all_is_true_for_a_part(student, draw):
    """has_all says whether each id that is wanted is there."""
    ids = text(draw)

    assert student.has_all(ids, ids[3:6]) is True
    assert student.has_all(ids, ids[:2]) is True
    assert student.has_all(ids, [*ids[:2], 77]) is False
    assert student.has_all(ids, [77]) is False
