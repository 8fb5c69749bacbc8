from grader import close_to


def test_first_window_of_a_short_text(student):
    """Of 1, 2, 3, 4 the first window of two is 1, 2, followed by 2, 3."""
    windows = student.Windows([1, 2, 3, 4], 2)
    x, y = windows[0]

    assert len(windows) == 2
    assert x == close_to([1, 2])
    assert y == close_to([2, 3])
