from grader import close_to


def test_sum_of_2_and_3(student):
    """The sum of 2 and 3 is 5, and its slope by both is 1."""
    a, b = student.Value(2.0), student.Value(3.0)
    total = a + b
    total.backward()

    assert total.data == close_to(5.0)
    assert a.grad == close_to(1.0)
    assert b.grad == close_to(1.0)
