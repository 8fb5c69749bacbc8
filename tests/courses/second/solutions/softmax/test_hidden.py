"""The checks that decide the grade."""

import numpy as np

from grader import close_to, points


def classes(draw, n, k):
    return np.array([draw.choice(range(k)) for _ in range(n)], dtype=np.uint8)


@points(1)
def test_add_adds_numbers_and_arrays(student, reference, draw):
    """add(x, y) is x + y."""
    x, y = draw.real(), draw.real()
    assert student.add(x, y) == close_to(reference.add(x, y))
    assert student.add(draw.array(3), draw.array(3)).shape == (3,)


@points(3)
def test_softmax_loss_is_the_mean_over_the_batch(student, reference, draw):
    """softmax_loss(Z, y) is the average loss."""
    for n in (3, 8):
        Z = draw.array((n, 5)).astype(np.float32)
        y = classes(draw, n, 5)
        assert student.softmax_loss(Z, y) == close_to(reference.softmax_loss(Z, y))


@points(4)
def test_epoch_ends_where_sgd_ends(student, reference, draw):
    """An epoch of several batches, the last one smaller, changes theta as SGD does."""
    X = draw.array((11, 3)).astype(np.float32)
    y = classes(draw, 11, 4)
    theta, expected = np.zeros((3, 4), np.float32), np.zeros((3, 4), np.float32)
    student.softmax_regression_epoch(X, y, theta, lr=0.2, batch=4)
    reference.softmax_regression_epoch(X, y, expected, lr=0.2, batch=4)
    assert theta == close_to(expected)


@points(1)
def test_read_points_scales_each_column(student, reference, tmp_path):
    """read_points scales each column by its own range."""
    file = tmp_path / "more.csv"
    file.write_text("a,b,label\n1,10,0\n3,30,1\n2,20,1\n")
    for given in (str(file), file, "points.csv"):
        X, y = student.read_points(given)
        expected = reference.read_points(given)
        assert X == close_to(expected[0])
        assert y == close_to(expected[1])


@points(1)
def test_what_is_saved_can_be_read(student, draw, tmp_path):
    """save writes theta, row by row."""
    theta = draw.array((3, 4))
    student.save(theta, tmp_path / "theta.csv")

    assert np.loadtxt(tmp_path / "theta.csv", delimiter=",") == close_to(theta)
