def test_most_frequent_pair_is_merged_first(student):
    """The pair that comes most often is merged first."""
    vocab, merges = student.train_bpe("ab ab ac", 257)

    assert merges == [(b"a", b"b")]
    assert vocab[256] == b"ab"
