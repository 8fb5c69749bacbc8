from grader import edit, mistake

MISTAKES = [
    mistake(
        "no_bend",
        "Net",
        edit("self.second(torch.tanh(self.first(x)))", "self.second(self.first(x))"),
        question="What do two linear layers come to, with nothing in between?",
    ),
    mistake(
        "uphill",
        "descend",
        edit("p -= lr * p.grad", "p += lr * p.grad"),
        question="Which way does the loss go if a number follows its gradient?",
    ),
    mistake(
        "gradients_pile_up",
        "descend",
        edit("            p.grad = None\n", ""),
        question="What does backward() do with the gradient that is still there?",
    ),
    mistake(
        "loss_after_the_step",
        "fit",
        edit(
            "losses.append(loss.item())",
            "losses.append(torch.nn.functional.cross_entropy(net(x), y).item())",
        ),
        question="Is that the loss before the step, or after it?",
    ),
    mistake(
        "one_step_more",
        "fit",
        edit("range(steps)", "range(steps + 1)"),
        question="How many losses come back from one step?",
    ),
    mistake(
        "counts_tensors",
        "count",
        edit("p.numel()", "1"),
        question="How many numbers does one matrix hold?",
    ),
    mistake(
        "one_class_less",
        "trained",
        edit("int(y.max()) + 1", "int(y.max())"),
        question="How many classes are there if the largest is 3?",
    ),
]
