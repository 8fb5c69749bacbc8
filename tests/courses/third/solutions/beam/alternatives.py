from grader import alternative, edit

ALTERNATIVES = [
    alternative("with_heapq", "beam_search", edit("grown.sort(key=lambda beam: -beam[1])", "import heapq\n        grown = heapq.nlargest(width, grown, key=lambda beam: beam[1])")),
    alternative("lists_of_floats", "beam_search", edit("scores = next_scores(tokens)", "scores = next_scores(tokens).tolist()")),
]
