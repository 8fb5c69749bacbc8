"""Wrong variants of `backprop`, each with the question a good teacher would ask."""

from grader import edit, mistake

FORWARD = "return w * x\n"
LOSS = "return (y_pred - y) ** 2"
GRADIENT = "return 2 * x * (w * x - y)\n"
EPOCHS = "for epoch in range(epochs):"
SAMPLES = "for x, y in zip(x_data, y_data):"
ERROR = "error = loss(w, x, y)"
UPDATE = "w = w - lr * gradient(w, x, y)"
NOTE = "        losses.append(error)\n"
RETURN = "return w, losses"
SIGNATURE = "def back_prop(w, x_data, y_data, lr=0.01, epochs=10):"
LOOP = f"""\
    losses = []
    {EPOCHS}
        {SAMPLES}
            {ERROR}
            {UPDATE}
        losses.append(error)
"""


def loop(body):
    """Return the edit that puts `body` in the place of the whole training loop."""
    return edit(LOOP, body)


IN_FORWARD = [
    mistake(
        "ignores_w",
        "forward",
        edit(FORWARD, "return x\n"),
        question="Does your prediction change when the weight changes?",
        try_it="Compare forward(1, 4) with forward(2, 4).",
    ),
    mistake(
        "ignores_x",
        "forward",
        edit(FORWARD, "return w\n"),
        question="Does your prediction change when the input changes?",
        try_it="Compare forward(1, 4) with forward(1, 5).",
    ),
    mistake(
        "w_pow_x",
        "forward",
        edit(FORWARD, "return w ** x\n"),
        question="Read * and ** aloud in your line.",
        try_it="Work out forward(2, 3) by hand, then call it.",
    ),
    mistake(
        "x_div_w",
        "forward",
        edit(FORWARD, "return x / w\n"),
        question="If the weight doubles, should the prediction double or halve?",
        try_it="Compare forward(1, 4) with forward(2, 4).",
    ),
    mistake(
        "extra_bias",
        "forward",
        edit(FORWARD, "return w * x + 1\n"),
        question="What should the model predict for x = 0?",
        try_it="Call forward(1, 0).",
    ),
    mistake(
        "int_cast",
        "forward",
        edit(FORWARD, "return int(w * x)\n"),
        question="What happens to 0.5 on its way through your function?",
        try_it="Call forward(1, 0.5).",
    ),
    mistake(
        "minus",
        "forward",
        edit(FORWARD, "return -w * x\n"),
        question="Which sign should the prediction have for positive w and x?",
        try_it="Call forward(1, 4).",
    ),
    mistake(
        "broadcast_data",
        "forward",
        edit(FORWARD, "return [w * value for value in x_data]\n"),
        question="Which x should be used: the one you were given or all the data?",
        try_it="Call forward(1, 4) and count the numbers that come back.",
    ),
    mistake(
        "forward_adds",
        "forward",
        edit(FORWARD, "return w + x\n"),
        question="How does the weight act on x?",
        try_it="What should forward(2, 3) be? What is it?",
    ),
    mistake(
        "forward_square",
        "forward",
        edit(FORWARD, "return w * x * x\n"),
        question="If x doubles, by which factor should the prediction grow?",
        try_it="Compare forward(1, 2) with forward(1, 4).",
    ),
    mistake(
        "forward_positive",
        "forward",
        edit(FORWARD, "return abs(w * x)\n"),
        question="May a prediction be negative?",
        try_it="Call forward(-1, 4).",
    ),
    mistake(
        "forward_rounded",
        "forward",
        edit(FORWARD, "return round(w * x, 1)\n"),
        question="Is the full number needed later? Round only when you print.",
        try_it="Call forward(1.234, 1).",
    ),
    mistake(
        "forward_prints",
        "forward",
        edit(FORWARD, "print(w * x)\n"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Put answer = forward(1, 4) in one line and print(answer) in the next.",
    ),
]

IN_LOSS = [
    mistake(
        "abs",
        "loss",
        edit(LOSS, "return abs(y_pred - y)"),
        question="How much more should an error of 3 cost than an error of 1?",
        try_it="Compare loss(1, 1, 2) with loss(1, 3, 6).",
    ),
    mistake(
        "neg_residual",
        "loss",
        edit(LOSS, "return y - y_pred"),
        question="Can your loss be negative? Should it?",
        try_it="Call loss(3, 1, 2).",
    ),
    mistake(
        "residual_loss",
        "loss",
        edit(LOSS, "return y_pred - y"),
        question="Can your loss be negative? Should it?",
        try_it="Call loss(1, 1, 2).",
    ),
    mistake(
        "caret",
        "loss",
        edit(LOSS, "return (y_pred - y) ^ 2"),
        question="Which operator is a power in Python?",
        try_it="Type 3 ^ 2 and 3 ** 2.",
    ),
    mistake(
        "precedence",
        "loss",
        edit(LOSS, "return y_pred - y ** 2"),
        question="What binds tighter, - or ** ?",
        try_it="Type 5 - 3 ** 2 and (5 - 3) ** 2.",
    ),
    mistake(
        "sum_of_pred",
        "loss",
        edit(LOSS, "return (w + x - y) ** 2"),
        question="Which forward() does your loss use?",
        try_it="Work out loss(1, 2, 4) by hand, then call it.",
    ),
    mistake(
        "cube",
        "loss",
        edit(LOSS, "return (y_pred - y) ** 3"),
        question="Does your loss treat errors above and below the target alike?",
        try_it="Call loss(1, 1, 2).",
    ),
    mistake(
        "fourth_loss",
        "loss",
        edit(LOSS, "return ((y_pred - y) ** 2) ** 2"),
        question="Is the square applied once?",
        try_it="Call loss(1, 2, 4): the residual there is -2.",
    ),
    mistake(
        "neg_loss",
        "loss",
        edit(LOSS, "return -(y_pred - y) ** 2"),
        question="Should a perfect fit be the smallest or the largest loss?",
        try_it="Compare loss(1, 3, 6) with loss(2, 3, 6).",
    ),
    mistake(
        "half_loss",
        "loss",
        edit(LOSS, "return 0.5 * (y_pred - y) ** 2"),
        question="Compare your loss with the handout's, factor by factor.",
        try_it="Call loss(1, 1, 2): the residual there is -1.",
    ),
    mistake(
        "double_loss",
        "loss",
        edit(LOSS, "return 2 * (y_pred - y)"),
        question="Is the derivative of the square asked for here, or the square?",
        try_it="Call loss(1, 3, 6): the residual there is -3.",
    ),
    mistake(
        "mean_loss",
        "loss",
        edit(LOSS, "return (y_pred - y) ** 2 / len(x_data)"),
        question="Is this the loss of one sample or of all?",
        try_it="Call loss(1, 1, 2): the residual there is -1.",
    ),
    mistake(
        "diff_squares",
        "loss",
        edit(LOSS, "return y_pred ** 2 - y ** 2"),
        question="Square the difference, or difference the squares?",
        try_it="Work out (1 - 2) squared, and 1 squared minus 2 squared.",
    ),
    mistake(
        "plus_target",
        "loss",
        edit(LOSS, "return (y_pred + y) ** 2"),
        question="What is the loss of a perfect fit?",
        try_it="Call loss(2, 1, 2): the prediction there is right.",
    ),
    mistake(
        "relative_loss",
        "loss",
        edit(LOSS, "return ((y_pred - y) / y) ** 2"),
        question="Does the formula of the loss divide by anything?",
        try_it="Compare loss(1, 1, 2) with loss(1, 3, 6).",
    ),
    mistake(
        "loss_without_weight",
        "loss",
        edit(LOSS, "return (x - y) ** 2"),
        question="Does your loss change when the weight changes?",
        try_it="Compare loss(1, 3, 6) with loss(2, 3, 6).",
    ),
    mistake(
        "rounded",
        "loss",
        edit(LOSS, "return round((y_pred - y) ** 2, 2)"),
        question="Is the full number needed later? Round only when you print.",
        try_it="Call loss(1.234, 1, 2).",
    ),
    mistake(
        "loss_prints",
        "loss",
        edit(LOSS, "print((y_pred - y) ** 2)"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Put answer = loss(1, 1, 2) in one line and print(answer) in the next.",
    ),
]

IN_GRADIENT = [
    mistake(
        "no_x",
        "gradient",
        edit(GRADIENT, "return 2 * (w * x - y)\n"),
        question="What is the derivative of the inner function w*x (chain rule)?",
        try_it="Nudge w: (loss(1.001, 3, 6) - loss(1, 3, 6)) / 0.001.",
    ),
    mistake(
        "sign",
        "gradient",
        edit(GRADIENT, "return 2 * x * (y - w * x)\n"),
        question="Nudge w up: does the loss rise when your gradient is positive?",
        try_it="Compare loss(1.1, 3, 6) - loss(1, 3, 6) with gradient(1, 3, 6).",
    ),
    mistake(
        "paren2",
        "gradient",
        edit(GRADIENT, "return 2 * x * (w - y)\n"),
        question="The residual is prediction minus target: where is the prediction?",
        try_it="Call gradient(2, 3, 6): the prediction there is right.",
    ),
    mistake(
        "uses_loss",
        "gradient",
        edit(GRADIENT, "return 2 * x * loss(w, x, y)\n"),
        question="How many factors of the residual are left after differentiating the "
        "square?",
        try_it="Call gradient(1, 1, 2): should it be positive?",
    ),
    mistake(
        "x_squared",
        "gradient",
        edit(GRADIENT, "return 2 * x ** 2 * (w * x - y)\n"),
        question="Count the factors of x the chain rule gives you.",
        try_it="Nudge w: (loss(1.001, 3, 6) - loss(1, 3, 6)) / 0.001.",
    ),
    mistake(
        "over_n",
        "gradient",
        edit(GRADIENT, "return 2 * x * (w * x - y) / len(x_data)\n"),
        question="One sample or the mean over all?",
        try_it="Nudge w: (loss(1.001, 3, 6) - loss(1, 3, 6)) / 0.001.",
    ),
    mistake(
        "with_lr",
        "gradient",
        edit(GRADIENT, "return 0.01 * 2 * x * (w * x - y)\n"),
        question="Is the learning rate part of the gradient or of the update?",
        try_it="Nudge w: (loss(1.001, 3, 6) - loss(1, 3, 6)) / 0.001.",
    ),
    mistake(
        "args_swapped",
        "gradient",
        edit("def gradient(w, x, y):", "def gradient(x, y, w):"),
        question="Compare the order of your parameters with the handout's.",
        try_it="Print w, x and y inside gradient(1, 3, 6).",
    ),
    mistake(
        "forward_diff",
        "gradient",
        edit(GRADIENT, "return (loss(w + 0.01, x, y) - loss(w, x, y)) / 0.01\n"),
        question="A finite difference is an estimate: what is the formula on paper?",
    ),
    mistake(
        "no_two",
        "gradient",
        edit(GRADIENT, "return x * (w * x - y)\n"),
        question="What does the power rule put in front of a square?",
        try_it="Nudge w: (loss(1.001, 3, 6) - loss(1, 3, 6)) / 0.001.",
    ),
    mistake(
        "by_x",
        "gradient",
        edit(GRADIENT, "return 2 * w * (w * x - y)\n"),
        question="By which variable do you differentiate?",
        try_it="Nudge w, then x: which of the two does your gradient(1, 3, 6) follow?",
    ),
    mistake(
        "gradient_plus_target",
        "gradient",
        edit(GRADIENT, "return 2 * x * (w * x + y)\n"),
        question="What should the gradient be where the prediction is right?",
        try_it="Call gradient(2, 3, 6).",
    ),
    mistake(
        "gradient_precedence",
        "gradient",
        edit(GRADIENT, "return 2 * x * w * x - y\n"),
        question="Which terms does the factor 2x multiply?",
        try_it="Call gradient(2, 3, 6): the prediction there is right.",
    ),
    mistake(
        "gradient_without_sign",
        "gradient",
        edit(GRADIENT, "return abs(2 * x * (w * x - y))\n"),
        question="How does the update learn in which direction to go?",
        try_it="Compare gradient(1, 3, 6) with gradient(3, 3, 6).",
    ),
    mistake(
        "gradient_clipped",
        "gradient",
        edit(GRADIENT, "return max(-1.0, min(1.0, 2 * x * (w * x - y)))\n"),
        question="Should a large error make a larger gradient than a small one?",
        try_it="Compare gradient(1, 1, 2) with gradient(1, 3, 6).",
    ),
    mistake(
        "gradient_rounded",
        "gradient",
        edit(GRADIENT, "return round(2 * x * (w * x - y), 1)\n"),
        question="Is the full number needed later? Round only when you print.",
        try_it="Call gradient(1.234, 1, 2).",
    ),
    mistake(
        "gradient_prints",
        "gradient",
        edit(GRADIENT, "print(2 * x * (w * x - y))\n"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Put g = gradient(1, 1, 2) in one line and print(g) in the next.",
    ),
]

IN_THE_UPDATE = [
    mistake(
        "plus",
        "back_prop",
        edit(UPDATE, "w = w + lr * gradient(w, x, y)"),
        question="Does your loss go down? Which direction does the gradient point?",
        try_it="Print the loss after each epoch on the lesson's data.",
    ),
    mistake(
        "no_lr",
        "back_prop",
        edit(UPDATE, "w = w - gradient(w, x, y)"),
        question="How big is each step, and what scales it?",
        try_it="Print w after each of the first three samples.",
    ),
    mistake(
        "neg_assign",
        "back_prop",
        edit(UPDATE, "w =- lr * gradient(w, x, y)"),
        question="Read your update aloud: is the old weight still in it?",
        try_it="Set w = 5, then w =- 1, and print w.",
    ),
    mistake(
        "compares_not_assigns",
        "back_prop",
        edit(UPDATE, "w == w - lr * gradient(w, x, y)"),
        question="Does w change? Print it before and after the update.",
        try_it="Print w after each sample of the first epoch.",
    ),
    mistake(
        "frozen_copy",
        "back_prop",
        edit(UPDATE, "new_w = w - lr * gradient(w, x, y)"),
        same_as="compares_not_assigns",
    ),
    mistake(
        "grad_clip",
        "back_prop",
        edit(UPDATE, "w = w - lr * max(-1.0, min(1.0, gradient(w, x, y)))"),
        question="Should a large gradient make a larger step?",
        try_it="Print the size of the first three steps beside the three gradients.",
    ),
    mistake(
        "steps_by_the_loss",
        "back_prop",
        edit(UPDATE, "w = w - lr * error"),
        question="Which of your functions says in which direction to move?",
        try_it="Print what you multiply by lr, and compare with gradient(1, 1, 2).",
    ),
    mistake(
        "two_updates",
        "back_prop",
        edit(UPDATE, f"{UPDATE}\n            {UPDATE}"),
        question="How many updates does one sample cause?",
        try_it="Print w each time it changes, over one epoch.",
    ),
    mistake(
        "stale_grad",
        "back_prop",
        loop("""\
    losses = []
    grad = 0.0
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            error = loss(w, x, y)
            w = w - lr * grad
            grad = gradient(w, x, y)
        losses.append(error)
"""),
        question="Which sample does the gradient in your update belong to?",
        try_it="Print x and the gradient in the line before each update.",
    ),
    mistake(
        "sums_gradients",
        "back_prop",
        loop("""\
    losses = []
    grad = 0.0
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            error = loss(w, x, y)
            grad += gradient(w, x, y)
            w = w - lr * grad
        losses.append(error)
"""),
        question="How many samples' gradients are in the number you step with?",
        try_it="Print the step after the first and after the second sample.",
    ),
    mistake(
        "zero_per_epoch",
        "back_prop",
        loop("""\
    losses = []
    for epoch in range(epochs):
        grad = 0.0
        for x, y in zip(x_data, y_data):
            error = loss(w, x, y)
            grad += gradient(w, x, y)
            w = w - lr * grad
        losses.append(error)
"""),
        question="How many samples' gradients are in the step for the last sample?",
        try_it="Print the step after the first and after the second sample.",
    ),
    mistake(
        "momentum",
        "back_prop",
        loop("""\
    losses = []
    velocity = 0.0
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            error = loss(w, x, y)
            velocity = 0.9 * velocity + gradient(w, x, y)
            w = w - lr * velocity
        losses.append(error)
"""),
        question="Plain SGD has no memory: what does your step remember?",
    ),
]

IN_THE_LOOP = [
    mistake(
        "once_per_epoch_last",
        "back_prop",
        edit(f"            {UPDATE}\n", f"        {UPDATE}\n"),
        question="Which samples reach the update?",
        try_it="Print x in the line before the update.",
    ),
    mistake(
        "last_only",
        "back_prop",
        edit(SAMPLES, "for x, y in [(x_data[-1], y_data[-1])]:"),
        same_as="once_per_epoch_last",
    ),
    mistake(
        "first_only",
        "back_prop",
        edit(SAMPLES, "for x, y in [(x_data[0], y_data[0])]:"),
        question="Which samples reach the update?",
        try_it="Print x in the line before the update.",
    ),
    mistake(
        "skips_the_last",
        "back_prop",
        edit(SAMPLES, "for x, y in zip(x_data[:-1], y_data[:-1]):"),
        question="How many updates does one epoch over three samples make?",
        try_it="Print x in the line before the update.",
    ),
    mistake(
        "skips_the_first",
        "back_prop",
        edit(SAMPLES, "for x, y in zip(x_data[1:], y_data[1:]):"),
        question="With which index does a Python list begin?",
        try_it="Print x in the line before the update.",
    ),
    mistake(
        "batch_mean",
        "back_prop",
        loop("""\
    losses = []
    for epoch in range(epochs):
        pairs = list(zip(x_data, y_data))
        error = sum(loss(w, x, y) for x, y in pairs) / len(pairs)
        w = w - lr * sum(gradient(w, x, y) for x, y in pairs) / len(pairs)
        losses.append(error)
"""),
        question="How many updates should one epoch over n samples make?",
        try_it="Print w each time it changes, over one epoch.",
    ),
    mistake(
        "batch_sum",
        "back_prop",
        loop("""\
    losses = []
    for epoch in range(epochs):
        step = 0.0
        for x, y in zip(x_data, y_data):
            error = loss(w, x, y)
            step += gradient(w, x, y)
        w = w - lr * step
        losses.append(error)
"""),
        question="With which weight does the second sample predict: the one before or "
        "after the first sample's update?",
        try_it="Print w in every line in which a loss is computed.",
    ),
    mistake(
        "nested_loops",
        "back_prop",
        loop("""\
    losses = []
    for epoch in range(epochs):
        for x in x_data:
            for y in y_data:
                error = loss(w, x, y)
                w = w - lr * gradient(w, x, y)
        losses.append(error)
"""),
        question="Which y belongs to which x?",
        try_it="Print x and y in the line before the update, over one epoch.",
    ),
    mistake(
        "swapped_data",
        "back_prop",
        edit(SAMPLES, "for x, y in zip(y_data, x_data):"),
        question="Which list is the input, which the target?",
        try_it="Print x and y of the first sample.",
    ),
    mistake(
        "shuffled",
        "back_prop",
        loop("""\
    import random

    losses = []
    for epoch in range(epochs):
        pairs = list(zip(x_data, y_data))
        random.shuffle(pairs)
        for x, y in pairs:
            error = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(error)
"""),
        question="In which order are the samples visited?",
        try_it="Print x in every epoch.",
    ),
    mistake(
        "backwards",
        "back_prop",
        edit(SAMPLES, "for x, y in zip(x_data[::-1], y_data[::-1]):"),
        question="In which order are the samples visited?",
        try_it="Print x over one epoch.",
    ),
    mistake(
        "sorts_its_data",
        "back_prop",
        loop("""\
    losses = []
    pairs = sorted(zip(x_data, y_data))
    x_data[:] = [x for x, _ in pairs]
    y_data[:] = [y for _, y in pairs]
    for epoch in range(epochs):
        for x, y in pairs:
            error = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(error)
"""),
        question="Do the lists look the same before and after your function?",
    ),
    mistake(
        "centers_its_data",
        "back_prop",
        loop("""\
    losses = []
    mean = sum(x_data) / len(x_data)
    for i in range(len(x_data)):
        x_data[i] -= mean
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            error = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(error)
"""),
        question="Does your function train on the numbers it was given?",
        try_it="Print x_data before and after the training.",
    ),
    mistake(
        "uses_up_its_data",
        "back_prop",
        edit(
            "    losses = []\n",
            "    x_data, rest = list(x_data), x_data\n    losses = []\n",
        ),
        edit(
            f"    {RETURN}",
            "    if isinstance(rest, list):\n        rest.clear()\n"
            "    else:\n        rest[:] = 0\n"
            f"    {RETURN}",
        ),
        question="Is the data still there after your function has run?",
        try_it="Print x_data before and after the training.",
    ),
    mistake(
        "start_zero",
        "back_prop",
        edit("    losses = []\n", "    w = 0.0\n    losses = []\n"),
        question="From which weight does your loop start, and who decides that?",
        try_it="Print w in front of the first epoch.",
    ),
    mistake(
        "start_one",
        "back_prop",
        edit("    losses = []\n", "    w = 1.0\n    losses = []\n"),
        question="From which weight does your loop start, and who decides that?",
        try_it="Train from w = 1 and from w = 5: do both print the same?",
    ),
    mistake(
        "reinit",
        "back_prop",
        edit(f"{EPOCHS}\n", f"{EPOCHS}\n        w = 1.0\n"),
        question="Which lines run again at every epoch?",
        try_it="Print w at the start of each epoch.",
    ),
    mistake(
        "epochs_plus1",
        "back_prop",
        edit(EPOCHS, "for epoch in range(epochs + 1):"),
        question="Count the passes your loop makes.",
        try_it="Train for 10 epochs and print len(losses).",
    ),
    mistake(
        "epochs_minus1",
        "back_prop",
        edit(EPOCHS, "for epoch in range(1, epochs):"),
        question="Count the passes your loop makes.",
        try_it="Train for 10 epochs and print len(losses).",
    ),
    mistake(
        "hard_epochs",
        "back_prop",
        edit(EPOCHS, "for epoch in range(10):"),
        question="Are all your numbers parameters of the function?",
        try_it="Train with epochs=3 and print len(losses).",
    ),
    mistake(
        "hard_lr",
        "back_prop",
        edit(UPDATE, "w = w - 0.01 * gradient(w, x, y)"),
        question="Does the learning rate that the caller chose reach your update?",
        try_it="Train with lr=0.01 and with lr=0.02: do both end at the same w?",
    ),
    mistake(
        "hard_data",
        "back_prop",
        edit(SAMPLES, "for x, y in zip([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]):"),
        question="Which data does your loop read?",
        try_it="Train on x_data = [1.0] and y_data = [5.0].",
    ),
    mistake(
        "lr_x10",
        "back_prop",
        edit(SIGNATURE, SIGNATURE.replace("0.01", "0.1")),
        question="Which learning rate does the handout give?",
        try_it="Train with lr=0.01, then without naming it.",
    ),
    mistake(
        "default_epochs",
        "back_prop",
        edit(SIGNATURE, SIGNATURE.replace("=10", "=100")),
        question="How many epochs does the handout give when nobody names a number?",
        try_it="Train without naming epochs and print len(losses).",
    ),
    mistake(
        "epochs_before_lr",
        "back_prop",
        edit(SIGNATURE, "def back_prop(w, x_data, y_data, epochs=10, lr=0.01):"),
        question="Compare the order of your parameters with the handout's.",
        try_it="Call back_prop(1.0, x_data, y_data, 0.01, 10).",
    ),
    mistake(
        "lr_decay",
        "back_prop",
        edit(UPDATE, "w = w - lr * 0.9 ** epoch * gradient(w, x, y)"),
        question="Does the handout change the rate over time?",
    ),
]

IN_WHAT_COMES_BACK = [
    mistake(
        "return_first_sample",
        "back_prop",
        edit(UPDATE, f"{UPDATE}\n            return w, [error]"),
        question="After how many samples does your function hand back w?",
        try_it="Print something behind the loop: does it appear?",
    ),
    mistake(
        "return_first_epoch",
        "back_prop",
        edit(f"{NOTE}    {RETURN}", f"{NOTE}        {RETURN}"),
        question="After how many epochs does your function hand back w?",
        try_it="Print len(losses) of what comes back.",
    ),
    mistake(
        "one_update_late",
        "back_prop",
        edit(UPDATE, f"before = w\n            {UPDATE}"),
        edit(RETURN, "return before, losses"),
        question="When do you read w: before or after the last update?",
        try_it="Train for one epoch on one sample: has w changed?",
    ),
    mistake(
        "returns_the_start",
        "back_prop",
        edit("    losses = []\n", "    weight = w\n    losses = []\n"),
        edit(RETURN, "return weight, losses"),
        question="Which variable holds the trained weight?",
        try_it="Print w in the line before the return, and what comes back.",
    ),
    mistake(
        "returns_w_alone",
        "back_prop",
        edit(RETURN, "return w"),
        question="How many things does the handout ask you to return?",
        try_it="Type w, losses = back_prop(1.0, x_data, y_data).",
    ),
    mistake(
        "returns_swapped",
        "back_prop",
        edit(RETURN, "return losses, w"),
        question="Compare the order of what you return with the handout's.",
        try_it="Print the first thing that comes back.",
    ),
    mistake(
        "train_prints",
        "back_prop",
        edit(RETURN, "print(w, losses)"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Type print(back_prop(1.0, x_data, y_data)).",
    ),
    mistake(
        "returns_a_text",
        "back_prop",
        edit(RETURN, "return f'{w}', losses"),
        question="Can the caller calculate with what you return?",
        try_it="Add 1 to the weight that comes back.",
    ),
    mistake(
        "w_rounded",
        "back_prop",
        edit(RETURN, "return round(w, 2), losses"),
        question="Is the full number needed later? Round only when you print.",
    ),
    mistake(
        "losses_rounded",
        "back_prop",
        edit(NOTE, "        losses.append(round(error, 1))\n"),
        question="Are rounded losses what the handout asks for? Round when you print.",
    ),
    mistake(
        "losses_after_update",
        "back_prop",
        edit(NOTE, "        losses.append(loss(w, x, y))\n"),
        question="With which weight is each loss computed: before or after the update?",
        try_it="Train for one epoch on the first sample alone: is the loss 1?",
    ),
    mistake(
        "frozen_loss",
        "back_prop",
        edit(
            "    losses = []\n",
            "    losses = []\n    error = loss(w, x_data[-1], y_data[-1])\n",
        ),
        edit(f"            {ERROR}\n", ""),
        question="When was this loss computed, and with which w?",
        try_it="Print the losses: do they change from epoch to epoch?",
    ),
    mistake(
        "losses_first_sample",
        "back_prop",
        loop("""\
    losses = []
    for epoch in range(epochs):
        losses.append(loss(w, x_data[0], y_data[0]))
        for x, y in zip(x_data, y_data):
            w = w - lr * gradient(w, x, y)
"""),
        question="Which sample's loss do you note at the end of an epoch?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_sum",
        "back_prop",
        loop("""\
    losses = []
    for epoch in range(epochs):
        error = 0.0
        for x, y in zip(x_data, y_data):
            error += loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(error)
"""),
        question="Is one sample's loss asked for, or the sum over all?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_mean",
        "back_prop",
        loop("""\
    losses = []
    for epoch in range(epochs):
        error = 0.0
        for x, y in zip(x_data, y_data):
            error += loss(w, x, y) / len(x_data)
            w = w - lr * gradient(w, x, y)
        losses.append(error)
"""),
        question="Is one sample's loss asked for, or the mean over all?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_running_total",
        "back_prop",
        loop("""\
    losses = []
    error = 0.0
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            error += loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(error)
"""),
        question="Can your losses ever fall from one epoch to the next?",
        try_it="Print the losses of ten epochs on the lesson's data.",
    ),
    mistake(
        "losses_per_sample",
        "back_prop",
        edit(NOTE, "    " + NOTE),
        question="How many losses should ten epochs give?",
        try_it="Print len(losses) after ten epochs.",
    ),
    mistake(
        "losses_last_only",
        "back_prop",
        edit(NOTE, "        losses = [error]\n"),
        question="Does your list grow from epoch to epoch?",
        try_it="Print len(losses) after ten epochs.",
    ),
    mistake(
        "losses_reset",
        "back_prop",
        edit(f"{EPOCHS}\n", f"{EPOCHS}\n        losses = []\n"),
        same_as="losses_last_only",
    ),
    mistake(
        "losses_are_gradients",
        "back_prop",
        edit(ERROR, "error = gradient(w, x, y)"),
        question="Can a loss be negative? Which function gives the number you note?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_are_weights",
        "back_prop",
        edit(NOTE, "        losses.append(w)\n"),
        question="Do the numbers you note fall? What do they measure?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
]

MISTAKES = [
    *IN_FORWARD,
    *IN_LOSS,
    *IN_GRADIENT,
    *IN_THE_UPDATE,
    *IN_THE_LOOP,
    *IN_WHAT_COMES_BACK,
]
