from grader import edit, mistake

DECAY = 'p.mul_(1 - group["lr"] * group["weight_decay"])'

MISTAKES = [
    mistake(
        "decay_in_the_gradient",
        "AdamW",
        edit(DECAY, "pass"),
        edit("                state = self", '                p.grad.add_(p, alpha=group["weight_decay"])\n                state = self'),
        question="Does the decay go through the averages?",
    ),
    mistake(
        "no_correction",
        "AdamW",
        edit('state["m"] / (1 - first**t)', 'state["m"]'),
        question="How large is the first average, after one step?",
    ),
    mistake(
        "one_rate",
        "AdamW",
        edit(
            "super().__init__(params, defaults)",
            "super().__init__(params, defaults)\n"
            "        for group in self.param_groups:\n"
            '            group["lr"] = lr',
        ),
        question="Which rate has a group that brings its own?",
    ),
    mistake(
        "takes_any_rate",
        "AdamW",
        edit("if lr < 0:", "if lr is None:"),
        question="What does a rate below 0 do?",
    ),
    mistake(
        "state_of_its_own",
        "AdamW",
        edit(
            "super().__init__(params, defaults)",
            "super().__init__(params, defaults)\n        self.mine = {}",
        ),
        edit("state = self.state[p]", "state = self.mine.setdefault(p, {})"),
        question="What does state_dict() save?",
    ),
]
