from grader import edit, mistake

MISTAKES = [
    mistake(
        "no_last_bias",
        "answer_1",
        edit("@ W2 + B2)", "@ W2)"),
        question="Which of the four tensors is not used?",
    ),
    mistake(
        "never_steps",
        "losses",
        edit("    optimizer.step()\n", ""),
        question="What changes between two epochs?",
    ),
    mistake(
        "no_title",
        "losses",
        edit('plt.title("Losses")\n', ""),
        question="What does your plot show?",
    ),
]
