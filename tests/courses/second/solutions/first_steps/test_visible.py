def test_losses_are_there(student):
    """There is a loss for each of at least ten epochs."""
    assert len(student.losses) >= 10
