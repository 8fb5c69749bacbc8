from grader import alternative, edit

ALTERNATIVES = [
    alternative("copied", "answer_1", edit("@ W2 + B2)", "@ W2 + B2).clone()")),
]
