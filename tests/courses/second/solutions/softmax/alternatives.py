from grader import alternative, edit

ALTERNATIVES = [
    alternative("other_order", "add", edit("x + y", "y + x")),
    alternative(
        "summed_and_divided", "softmax_loss", edit(").mean()", ").sum() / len(y)")
    ),
]
