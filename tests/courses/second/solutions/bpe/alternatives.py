from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "joined", "merged", edit("word[i] + word[i + 1]", 'b"".join(word[i : i + 2])')
    ),
]
