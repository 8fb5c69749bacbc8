from grader import edit, mistake

MISTAKES = [
    mistake("greedy", "beam_search", edit("grown[:width]", "grown[:1]"), question="How many sequences go on after each step?"),
    mistake("not_normalized", "beam_search", edit("return best, score / (len(best) - 1)", "return best, score"), question="How does a long sequence compare with a short one?"),
    mistake("probabilities_added", "beam_search", edit("score + float(scores[token])", "score + float(scores[token].exp())"), question="What does a product become in logs?"),
    mistake("goes_on_after_the_end", "beam_search", edit("if tokens[-1] == end:", "if tokens[-1] == end and len(tokens) > max_len:"), question="What comes after the end?"),
    mistake("smallest_first", "beam_search", edit("key=lambda beam: -beam[1])", "key=lambda beam: beam[1])"), question="Which is more probable, -1 or -2?"),
]
