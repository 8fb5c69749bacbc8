from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "plain_averages",
        "AdamW",
        edit(
            'state["m"].mul_(first).add_(p.grad, alpha=1 - first)',
            'state["m"] = first * state["m"] + (1 - first) * p.grad',
        ),
    ),
]
