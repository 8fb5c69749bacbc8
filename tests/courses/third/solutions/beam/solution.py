# %%
import torch


# %%
def beam_search(next_scores, start, end, width, max_len):
    """The most probable sequence from start to end.

    next_scores(tokens) gives the log probabilities of all next tokens, a 1-d tensor.
    Returns the list of tokens and its score: the sum of log probabilities, divided by
    the number of tokens after start.
    """
    # BEGIN SOLUTION
    beams, done = [([start], 0.0)], []
    for _ in range(max_len):
        grown = []
        for tokens, score in beams:
            scores = next_scores(tokens)
            for token in range(len(scores)):
                grown.append(([*tokens, token], score + float(scores[token])))
        grown.sort(key=lambda beam: -beam[1])
        beams = []
        for tokens, score in grown[:width]:
            if tokens[-1] == end:
                done.append((tokens, score))
            else:
                beams.append((tokens, score))
        if not beams:
            break
    best, score = max(done + beams, key=lambda beam: beam[1] / (len(beam[0]) - 1))
    return best, score / (len(best) - 1)
    # END SOLUTION
