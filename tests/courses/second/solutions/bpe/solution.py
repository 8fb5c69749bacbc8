# %%
from collections import Counter


# %%
def merged(word, pair):
    """Return a word, a tuple of bytes, with each occurrence of a pair as one."""
    # BEGIN SOLUTION
    found, i = [], 0
    while i < len(word):
        if word[i : i + 2] == pair:
            found.append(word[i] + word[i + 1])
            i += 2
        else:
            found.append(word[i])
            i += 1
    return tuple(found)
    # END SOLUTION


# %%
def train_bpe(text, vocab_size):
    """Return the vocabulary, id to bytes, and the merges in their order.

    Words are what blanks part. Of pairs that come equally often, the greatest is merged.
    """
    # BEGIN SOLUTION
    vocab = {i: bytes([i]) for i in range(256)}
    merges = []
    words = Counter(tuple(bytes([b]) for b in w.encode()) for w in text.split())
    while len(vocab) < vocab_size:
        pairs = Counter()
        for word, n in words.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += n
        if not pairs:
            break
        best = max(pairs, key=lambda p: (pairs[p], p))
        merges.append(best)
        vocab[len(vocab)] = best[0] + best[1]
        changed = Counter()
        for word, n in words.items():
            changed[merged(word, best)] += n
        words = changed
    return vocab, merges
    # END SOLUTION


# %%
class Tokenizer:
    """Turns text into ids and back; special tokens are never taken apart."""

    def __init__(self, vocab, merges, special_tokens=()):
        # BEGIN SOLUTION
        self.vocab = dict(vocab)
        self.merges = merges
        self.special = list(special_tokens)
        for token in self.special:
            if token.encode() not in self.vocab.values():
                self.vocab[len(self.vocab)] = token.encode()
        self.ids = {piece: i for i, piece in self.vocab.items()}
        # END SOLUTION

    def encode(self, text):
        # BEGIN SOLUTION
        for token in self.special:
            if token in text:
                before, after = text.split(token, 1)
                return [
                    *self.encode(before),
                    self.ids[token.encode()],
                    *self.encode(after),
                ]
        ids = []
        for number, word in enumerate(text.split(" ")):
            pieces = tuple(bytes([b]) for b in word.encode())
            for pair in self.merges:
                pieces = merged(pieces, pair)
            ids += [self.ids[b" "]] if number else []
            ids += [self.ids[piece] for piece in pieces]
        return ids
        # END SOLUTION

    def encode_iterable(self, lines):
        # BEGIN SOLUTION
        for line in lines:
            yield from self.encode(line)
        # END SOLUTION

    def decode(self, ids):
        # BEGIN SOLUTION
        return b"".join(self.vocab[i] for i in ids).decode(errors="replace")
        # END SOLUTION
