"""Wrong variants of `autograd`, each with the question a good teacher would ask."""

from grader import edit, mistake

FORWARD = "return w * x\n"
LOSS = "return (y_pred - y) * (y_pred - y)"
EPOCHS = "for epoch in range(epochs):"
SAMPLES = "for x, y in zip(x_data, y_data):"
COMPUTE = "l = loss(w, x, y)"
BACKWARD = "l.backward()"
STEP = "w.data = w.data - lr * w.grad.data"
ZERO = "w.grad.data.zero_()"
NOTE = "        losses.append(l.item())\n"
RETURN = "return w, losses"
SIGNATURE = "def train(w, x_data, y_data, lr=0.01, epochs=10):"
LOOP = f"""\
    losses = []
    {EPOCHS}
        {SAMPLES}
            {COMPUTE}
            {BACKWARD}
            {STEP}
            {ZERO}
        losses.append(l.item())
"""


def loop(body):
    """Return the edit that puts `body` in the place of the whole training loop."""
    return edit(LOOP, body)


def optimized(optimizer):
    """Return the edit that trains with `optimizer`, and is right with plain SGD."""
    return loop(f"""\
    losses = []
    optimizer = {optimizer}
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            optimizer.zero_grad()
            l.backward()
            optimizer.step()
        losses.append(l.item())
""")


def before_the_loop(line):
    """Return the edit that puts `line` in front of the training loop."""
    return edit("    losses = []\n", f"    {line}\n    losses = []\n")


IN_FORWARD = [
    mistake(
        "ignores_w",
        "forward",
        edit(FORWARD, "return torch.tensor([float(x)], requires_grad=True)\n"),
        question="Does your prediction change when the weight changes?",
        try_it="Compare forward(w, 4) for w = tensor([1.]) and w = tensor([2.]).",
    ),
    mistake(
        "w_pow_x",
        "forward",
        edit(FORWARD, "return w ** x\n"),
        question="Read * and ** aloud in your line.",
        try_it="Work out the prediction at w = 2, x = 3 by hand, then call forward.",
    ),
    mistake(
        "x_div_w",
        "forward",
        edit(FORWARD, "return x / w\n"),
        question="If the weight doubles, should the prediction double or halve?",
        try_it="Compare forward(w, 4) for w = tensor([1.]) and w = tensor([2.]).",
    ),
    mistake(
        "forward_bias",
        "forward",
        edit(FORWARD, "return w * x + 1\n"),
        question="What should the model predict for x = 0?",
        try_it="Call forward(w, 0).",
    ),
    mistake(
        "int_cast",
        "forward",
        edit(FORWARD, "return int(w * x)\n"),
        question="What happens to 0.5 on its way through your function?",
        try_it="Call forward(w, 0.5).",
    ),
    mistake(
        "minus",
        "forward",
        edit(FORWARD, "return -w * x\n"),
        question="Which sign should the prediction have for positive w and x?",
        try_it="Call forward(w, 4).",
    ),
    mistake(
        "broadcast_data",
        "forward",
        edit(FORWARD, "return w * torch.tensor(x_data)\n"),
        question="Which x should be used: the one you were given or all the data?",
        try_it="Call forward(w, 4) and count the numbers that come back.",
    ),
    mistake(
        "forward_adds",
        "forward",
        edit(FORWARD, "return w + x\n"),
        question="How does the weight act on x?",
        try_it="What should the prediction be for w = 1 and x = 4? What is it?",
    ),
    mistake(
        "forward_positive",
        "forward",
        edit(FORWARD, "return torch.relu(w * x)\n"),
        question="May a prediction be negative?",
        try_it="Call forward(w, -4).",
    ),
    mistake(
        "forward_item",
        "forward",
        edit(FORWARD, "return w.item() * x\n"),
        question="Does the number that you return remember the weight it came from?",
        try_it="Print forward(w, 4): does it have a grad_fn?",
    ),
    mistake(
        "forward_detached",
        "forward",
        edit(FORWARD, "return (w * x).detach()\n"),
        question="Can backward() find the way from your prediction back to w?",
        try_it="Print forward(w, 4): does it have a grad_fn?",
    ),
    mistake(
        "forward_data",
        "forward",
        edit(FORWARD, "return w.data * x\n"),
        same_as="forward_detached",
    ),
    mistake(
        "forward_no_grad",
        "forward",
        edit(FORWARD, "with torch.no_grad():\n        return w * x\n"),
        same_as="forward_detached",
    ),
    mistake(
        "forward_fresh_leaf",
        "forward",
        edit(FORWARD, "return torch.tensor([w.item() * x], requires_grad=True)\n"),
        question="Does a copied value remember where it came from?",
        try_it="Call loss(w, 1.0, 2.0).backward() and print w.grad.",
    ),
    mistake(
        "forward_prints",
        "forward",
        edit(FORWARD, "print(w * x)\n"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Put answer = forward(w, 4) in one line and print(answer) in the next.",
    ),
]

IN_LOSS = [
    mistake(
        "abs",
        "loss",
        edit(LOSS, "return abs(y_pred - y)"),
        question="How much more should an error of 3 cost than an error of 1?",
        try_it="Compare loss(w, 1.0, 2.0) with loss(w, 3.0, 6.0) at w = 1.",
    ),
    mistake(
        "neg_residual",
        "loss",
        edit(LOSS, "return y - y_pred"),
        question="Can your loss be negative? Should it?",
        try_it="Call loss with a weight of 3 on the first sample.",
    ),
    mistake(
        "residual_loss",
        "loss",
        edit(LOSS, "return y_pred - y"),
        question="Can your loss be negative? Should it?",
        try_it="Call loss(w, 1.0, 2.0) at w = 1.",
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
        try_it="Work out the loss of the second sample at w = 1 by hand, then call it.",
    ),
    mistake(
        "cube",
        "loss",
        edit(LOSS, "return (y_pred - y) ** 3"),
        question="Does your loss treat errors above and below the target alike?",
        try_it="Call loss(w, 1.0, 2.0) at w = 1.",
    ),
    mistake(
        "fourth_loss",
        "loss",
        edit(LOSS, "return ((y_pred - y) ** 2) ** 2"),
        question="Is the square applied once?",
        try_it="Call loss(w, 2.0, 4.0) at w = 1: the residual there is -2.",
    ),
    mistake(
        "neg_loss",
        "loss",
        edit(LOSS, "return -(y_pred - y) ** 2"),
        question="Should a perfect fit be the smallest or the largest loss?",
        try_it="Compare the loss of the third sample at w = 1 and at w = 2.",
    ),
    mistake(
        "half_loss",
        "loss",
        edit(LOSS, "return 0.5 * (y_pred - y) ** 2"),
        question="Compare your loss with the handout's, factor by factor.",
        try_it="Call loss(w, 1.0, 2.0) at w = 1: the residual there is -1.",
    ),
    mistake(
        "mean_loss",
        "loss",
        edit(LOSS, "return (y_pred - y) ** 2 / len(x_data)"),
        question="Is this the loss of one sample or of all?",
        try_it="Call loss(w, 1.0, 2.0) at w = 1: the residual there is -1.",
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
        try_it="Call loss with a weight of 2 on the first sample.",
    ),
    mistake(
        "huber",
        "loss",
        edit(
            LOSS,
            "return torch.nn.functional.smooth_l1_loss("
            "y_pred, torch.tensor([float(y)]))",
        ),
        question="Which loss does the handout name?",
        try_it="Call loss(w, 3.0, 6.0) at w = 1: the residual there is -3.",
    ),
    mistake(
        "rounded",
        "loss",
        edit(LOSS, "return torch.round((y_pred - y) ** 2, decimals=2)"),
        question="Is the full number needed later? Round only when you print.",
        try_it="Call loss with a weight of 1.234 on the first sample.",
    ),
    mistake(
        "loss_copied",
        "loss",
        edit(
            LOSS,
            "value = (y_pred - y) ** 2\n"
            "    return torch.tensor([value.item()], requires_grad=True)",
        ),
        question="Does a copied value remember where it came from?",
        try_it="Call loss(w, 1.0, 2.0).backward() and print w.grad.",
    ),
    mistake(
        "loss_item",
        "loss",
        edit(LOSS, "return ((y_pred - y) ** 2).item()"),
        question="backward() starts from a tensor with a graph: what do you return?",
        try_it="Print loss(w, 1.0, 2.0): does it have a grad_fn?",
    ),
    mistake(
        "prediction_detached",
        "loss",
        edit("y_pred = forward(w, x)", "y_pred = forward(w, x).detach()"),
        question="Can backward() find the way from your loss back to w?",
        try_it="Print loss(w, 1.0, 2.0): does it have a grad_fn?",
    ),
    mistake(
        "one_factor_detached",
        "loss",
        edit(LOSS, "return (y_pred - y) * (y_pred.detach() - y)"),
        question="How many factors of your square does backward() see?",
        try_it="Call loss(w, 1.0, 2.0).backward() at w = 1: is w.grad -2?",
    ),
    mistake(
        "loss_prints",
        "loss",
        edit(LOSS, "print((y_pred - y) ** 2)"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Put l = loss(w, 1.0, 2.0) in one line and print(l) in the next.",
    ),
]

IN_THE_GRADIENTS = [
    mistake(
        "never_zeroed",
        "train",
        edit(f"            {ZERO}\n", ""),
        question="What is in w.grad after the first two samples?",
        try_it="Print w.grad before each update of the first epoch.",
    ),
    mistake(
        "zero_not_called",
        "train",
        edit(ZERO, "w.grad.data.zero_"),
        same_as="never_zeroed",
    ),
    mistake(
        "optimizer_never_zeroes",
        "train",
        loop("""\
    losses = []
    optimizer = torch.optim.SGD([w], lr=lr)
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            optimizer.step()
        losses.append(l.item())
"""),
        same_as="never_zeroed",
    ),
    mistake(
        "zeroes_a_copy",
        "train",
        edit(ZERO, "w.grad.data.clone().zero_()"),
        same_as="never_zeroed",
    ),
    mistake(
        "zero_per_epoch",
        "train",
        edit(f"            {ZERO}\n", f"        {ZERO}\n"),
        question="How many samples' gradients are inside w.grad when you update?",
        try_it="Print w.grad before each update of the first epoch.",
    ),
    mistake(
        "total_loss_backward",
        "train",
        loop("""\
    losses = []
    total = 0
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            total = total + loss(w, x, y)
            total.backward(retain_graph=True)
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(total.item())
"""),
        question="How many samples' gradients does one backward() produce?",
        try_it="Print w.grad after the first and after the second backward().",
    ),
    mistake(
        "total_per_epoch",
        "train",
        loop("""\
    losses = []
    for epoch in range(epochs):
        total = 0
        for x, y in zip(x_data, y_data):
            total = total + loss(w, x, y)
            total.backward(retain_graph=True)
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(total.item())
"""),
        question="How many samples' losses does the last backward() of an epoch start "
        "from?",
        try_it="Print w.grad after the first and after the second backward().",
    ),
    mistake(
        "backward_twice",
        "train",
        edit(BACKWARD, "l.backward(retain_graph=True)\n            l.backward()"),
        question="How large is your step, next to lr times one sample's gradient?",
        try_it="Print w.grad in the line before the first update: is it -2?",
    ),
    mistake(
        "lr_doubled",
        "train",
        edit(STEP, "w.data = w.data - 2 * lr * w.grad.data"),
        same_as="backward_twice",
    ),
    mistake(
        "no_backward",
        "train",
        edit(f"            {BACKWARD}\n", ""),
        question="What fills w.grad, and does it run?",
        try_it="Print w.grad in the line before the first update.",
    ),
    mistake(
        "backward_not_called",
        "train",
        edit(BACKWARD, "l.backward"),
        same_as="no_backward",
    ),
    mistake(
        "loss_without_graph",
        "train",
        edit(COMPUTE, f"{COMPUTE}.detach().requires_grad_()"),
        same_as="no_backward",
    ),
    mistake(
        "grad_set_to_a_number",
        "train",
        edit(ZERO, "w.grad = 0"),
        question="Which kinds of value may w.grad hold?",
        try_it="Print w.grad and its type after the first backward().",
    ),
    mistake(
        "stale_grad",
        "train",
        loop("""\
    losses = []
    grad = torch.zeros(1)
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data = w.data - lr * grad
            grad = w.grad.data.clone()
            w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="Which sample does the gradient in your update belong to?",
        try_it="Print x and the gradient you step with, for the first two samples.",
    ),
    mistake(
        "frozen_loss",
        "train",
        loop("""\
    losses = []
    l = loss(w, x_data[-1], y_data[-1])
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l.backward(retain_graph=True)
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="When was this loss computed, and with which w?",
        try_it="Print the losses: do they change from epoch to epoch?",
    ),
]

IN_THE_UPDATE = [
    mistake(
        "no_update",
        "train",
        edit(f"            {STEP}\n", ""),
        question="Does w change from one sample to the next?",
        try_it="Print w before and after the update of the first sample.",
    ),
    mistake(
        "zero_before_step",
        "train",
        edit(
            f"            {STEP}\n            {ZERO}\n",
            f"            {ZERO}\n            {STEP}\n",
        ),
        same_as="no_update",
    ),
    mistake(
        "detached_copy",
        "train",
        edit(
            STEP,
            "new_w = w.detach().clone()\n            new_w -= lr * w.grad.data",
        ),
        same_as="no_update",
    ),
    mistake(
        "step_not_called",
        "train",
        loop("""\
    losses = []
    optimizer = torch.optim.SGD([w], lr=lr)
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            optimizer.zero_grad()
            l.backward()
            optimizer.step
        losses.append(l.item())
"""),
        same_as="no_update",
    ),
    mistake(
        "weight_rebuilt",
        "train",
        loop("""\
    losses = []
    optimizer = torch.optim.SGD([w], lr=lr)
    w = w.detach().clone().requires_grad_()
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            optimizer.zero_grad()
            l.backward()
            optimizer.step()
        losses.append(l.item())
"""),
        same_as="no_update",
    ),
    mistake(
        "plus",
        "train",
        edit(STEP, "w.data = w.data + lr * w.grad.data"),
        question="Does your loss go down? Which direction does the gradient point?",
        try_it="Print the loss after each epoch on the lesson's data.",
    ),
    mistake(
        "maximize",
        "train",
        optimized("torch.optim.SGD([w], lr=lr, maximize=True)"),
        same_as="plus",
    ),
    mistake(
        "neg_loss_plus",
        "train",
        edit(COMPUTE, "l = -loss(w, x, y)"),
        edit(STEP, "w.data = w.data + lr * w.grad.data"),
        question="Can a squared error be negative? Look at the losses you return.",
        try_it="Print the losses of ten epochs on the lesson's data.",
    ),
    mistake(
        "no_lr",
        "train",
        edit(STEP, "w.data = w.data - w.grad.data"),
        question="How big is each step, and what scales it?",
        try_it="Print w after each of the first three samples.",
    ),
    mistake(
        "divided_by_n",
        "train",
        edit(STEP, "w.data = w.data - lr * w.grad.data / len(x_data)"),
        question="Does the update of one sample depend on how many others there are?",
        try_it="Print the first update beside lr times w.grad.",
    ),
    mistake(
        "mean_loss_in_train",
        "train",
        edit(COMPUTE, "l = loss(w, x, y) / len(x_data)"),
        question="Is this the loss of one sample or of all?",
        try_it="Print the very first l: at w = 1 it should be 1.",
    ),
    mistake(
        "neg_assign",
        "train",
        edit(STEP, "w.data =- lr * w.grad.data"),
        question="Read your update aloud: is the old weight still in it?",
        try_it="Set a = 5, then a =- 1, and print a.",
    ),
    mistake(
        "grad_clip",
        "train",
        edit(STEP, "w.data = w.data - lr * w.grad.data.clamp(-1, 1)"),
        question="Should a large gradient make a larger step?",
        try_it="Print the size of the first three steps beside the three gradients.",
    ),
    mistake(
        "momentum",
        "train",
        optimized("torch.optim.SGD([w], lr=lr, momentum=0.9)"),
        question="Plain SGD has no memory: what does your step remember?",
    ),
    mistake(
        "weight_decay",
        "train",
        optimized("torch.optim.SGD([w], lr=lr, weight_decay=0.1)"),
        question="What else than the gradient of the loss moves your weight?",
    ),
    mistake(
        "adam",
        "train",
        optimized("torch.optim.Adam([w], lr=lr)"),
        question="Which update rule does the handout give?",
        try_it="Print the size of the first three steps beside the three gradients.",
    ),
    mistake(
        "sgd_default_lr",
        "train",
        optimized("torch.optim.SGD([w])"),
        question="Which learning rate did you set?",
        try_it="Print your optimizer.",
    ),
    mistake(
        "lr_decay",
        "train",
        edit(STEP, "w.data = w.data - lr * 0.9 ** epoch * w.grad.data"),
        question="Does the handout change the rate over time?",
    ),
    mistake(
        "inplace_leaf",
        "train",
        edit(STEP, "w -= lr * w.grad"),
        question="Should this step itself be differentiated?",
    ),
    mistake(
        "update_in_the_graph",
        "train",
        edit(
            f"            {STEP}\n            {ZERO}\n",
            "            w = w - lr * w.grad\n",
        ),
        question="After the update, is w still the leaf whose .grad you read?",
        try_it="Print w after the first update: does it have a grad_fn?",
    ),
    mistake(
        "update_loses_the_gradient",
        "train",
        edit(
            f"            {STEP}\n            {ZERO}\n",
            "            with torch.no_grad():\n                w = w - lr * w.grad\n",
        ),
        question="After the update, does w still ask for gradients?",
        try_it="Print w.requires_grad after the first update.",
    ),
    mistake(
        "lr_comma",
        "train",
        before_the_loop("lr = 0,1"),
        question="Which decimal mark does Python use?",
        try_it="Print lr in the first line of train.",
    ),
]

IN_THE_LOOP = [
    mistake(
        "once_per_epoch_last",
        "train",
        loop("""\
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
        l.backward()
        w.data = w.data - lr * w.grad.data
        w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="Which samples reach the update?",
        try_it="Print x in the line before the update.",
    ),
    mistake(
        "update_dedented",
        "train",
        loop("""\
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            w.grad = None
            l = loss(w, x, y)
            l.backward()
        w.data = w.data - lr * w.grad.data
        losses.append(l.item())
"""),
        same_as="once_per_epoch_last",
    ),
    mistake(
        "last_only",
        "train",
        edit(SAMPLES, "for x, y in [(x_data[-1], y_data[-1])]:"),
        same_as="once_per_epoch_last",
    ),
    mistake(
        "skips_the_last",
        "train",
        edit(SAMPLES, "for x, y in zip(x_data[:-1], y_data[:-1]):"),
        question="How many updates does one epoch over three samples make?",
        try_it="Print x in the line before the update.",
    ),
    mistake(
        "batch_mean",
        "train",
        loop("""\
    losses = []
    for epoch in range(epochs):
        l = sum(loss(w, x, y) for x, y in zip(x_data, y_data)) / len(x_data)
        l.backward()
        w.data = w.data - lr * w.grad.data
        w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="How many updates should one epoch over n samples make?",
        try_it="Print w each time it changes, over one epoch.",
    ),
    mistake(
        "batch_sum",
        "train",
        loop("""\
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
        w.data = w.data - lr * w.grad.data
        w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="With which weight does the second sample predict: the one before or "
        "after the first sample's update?",
        try_it="Print w each time it changes, over one epoch.",
    ),
    mistake(
        "vector_loss",
        "train",
        loop("""\
    losses = []
    xs, ys = torch.as_tensor(x_data), torch.as_tensor(y_data)
    for epoch in range(epochs):
        l = loss(w, xs, ys)
        l.backward()
        w.data = w.data - lr * w.grad.data
        w.grad.data.zero_()
        losses.append(l)
"""),
        question="backward() needs one number: how many are in your loss?",
        try_it="Print the shape of your loss.",
    ),
    mistake(
        "nested_loops",
        "train",
        loop("""\
    losses = []
    for epoch in range(epochs):
        for x in x_data:
            for y in y_data:
                l = loss(w, x, y)
                l.backward()
                w.data = w.data - lr * w.grad.data
                w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="Which y belongs to which x?",
        try_it="Print x and y in the line before the update, over one epoch.",
    ),
    mistake(
        "swapped_data",
        "train",
        edit(SAMPLES, "for x, y in zip(y_data, x_data):"),
        question="Which list is the input, which the target?",
        try_it="Print x and y of the first sample.",
    ),
    mistake(
        "shuffled",
        "train",
        loop("""\
    import random

    losses = []
    for epoch in range(epochs):
        pairs = list(zip(x_data, y_data))
        random.shuffle(pairs)
        for x, y in pairs:
            l = loss(w, x, y)
            l.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="In which order are the samples visited?",
        try_it="Print x in every epoch.",
    ),
    mistake(
        "backwards",
        "train",
        edit(SAMPLES, "for x, y in reversed(list(zip(x_data, y_data))):"),
        question="In which order are the samples visited?",
        try_it="Print x over one epoch.",
    ),
    mistake(
        "normalizes_its_data",
        "train",
        loop("""\
    losses = []
    largest = max(abs(float(x)) for x in x_data)
    for i in range(len(x_data)):
        x_data[i] = x_data[i] / largest
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
"""),
        question="Does your function train on the numbers it was given?",
        try_it="Print x_data before and after the training.",
    ),
    mistake(
        "uses_up_its_data",
        "train",
        edit(
            f"    {RETURN}",
            "    for data in (x_data, y_data):\n"
            "        for i in range(len(data)):\n"
            "            data[i] = 0\n"
            f"    {RETURN}",
        ),
        question="Is the data still there after your function has run?",
        try_it="Print x_data before and after the training.",
    ),
    mistake(
        "start_zero",
        "train",
        before_the_loop("w = torch.tensor([0.0], requires_grad=True)"),
        question="From which weight does your loop start, and who decides that?",
        try_it="Print w in front of the first epoch.",
    ),
    mistake(
        "start_one",
        "train",
        before_the_loop("w = torch.tensor([1.0], requires_grad=True)"),
        question="From which weight does your loop start, and who decides that?",
        try_it="Train from w = 1 and from w = 5: do both end at the same w?",
    ),
    mistake(
        "start_random",
        "train",
        before_the_loop("w = torch.randn(1, requires_grad=True)"),
        question="From which weight does your loop start, and who decides that?",
        try_it="Train twice from w = 1: do both end at the same w?",
    ),
    mistake(
        "reinit",
        "train",
        edit(
            f"{EPOCHS}\n",
            f"{EPOCHS}\n        w = torch.tensor([1.0], requires_grad=True)\n",
        ),
        question="Which lines run again at every epoch?",
        try_it="Print w at the start of each epoch.",
    ),
    mistake(
        "whole_weight",
        "train",
        before_the_loop("w = torch.tensor([int(w.item())], requires_grad=True)"),
        question="What kind of number has a slope?",
        try_it="Compare torch.tensor([1]).dtype with torch.tensor([1.0]).dtype.",
    ),
    mistake(
        "float16",
        "train",
        before_the_loop("w = w.detach().to(torch.float16).requires_grad_()"),
        question="How many digits does your dtype carry?",
        try_it="Print torch.tensor([1.2345678], dtype=torch.float16).",
    ),
    mistake(
        "bfloat16",
        "train",
        before_the_loop("w = w.detach().to(torch.bfloat16).requires_grad_()"),
        question="How many digits does your dtype carry?",
        try_it="Print torch.tensor([1.2345678], dtype=torch.bfloat16).",
    ),
    mistake(
        "epochs_plus1",
        "train",
        edit(EPOCHS, "for epoch in range(epochs + 1):"),
        question="Count the passes your loop makes.",
        try_it="Train for 10 epochs and print len(losses).",
    ),
    mistake(
        "epochs_minus1",
        "train",
        edit(EPOCHS, "for epoch in range(1, epochs):"),
        question="Count the passes your loop makes.",
        try_it="Train for 10 epochs and print len(losses).",
    ),
    mistake(
        "hard_epochs",
        "train",
        edit(EPOCHS, "for epoch in range(10):"),
        question="Are all your numbers parameters of the function?",
        try_it="Train with epochs=3 and print len(losses).",
    ),
    mistake(
        "hard_lr",
        "train",
        edit(STEP, "w.data = w.data - 0.01 * w.grad.data"),
        question="Does the learning rate that the caller chose reach your update?",
        try_it="Train with lr=0.01 and with lr=0.02: do both end at the same w?",
    ),
    mistake(
        "hard_data",
        "train",
        edit(SAMPLES, "for x, y in zip([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]):"),
        question="Which data does your loop read?",
        try_it="Train on x_data = [1.0] and y_data = [5.0].",
    ),
    mistake(
        "lr_x10",
        "train",
        edit(SIGNATURE, SIGNATURE.replace("0.01", "0.1")),
        question="Which learning rate does the handout give?",
        try_it="Train with lr=0.01, then without naming it.",
    ),
    mistake(
        "default_epochs",
        "train",
        edit(SIGNATURE, SIGNATURE.replace("=10", "=100")),
        question="How many epochs does the handout give when nobody names a number?",
        try_it="Train without naming epochs and print len(losses).",
    ),
    mistake(
        "epochs_before_lr",
        "train",
        edit(SIGNATURE, "def train(w, x_data, y_data, epochs=10, lr=0.01):"),
        question="Compare the order of your parameters with the handout's.",
        try_it="Call train(w, x_data, y_data, 0.01, 10).",
    ),
    mistake(
        "data_before_w",
        "train",
        edit(SIGNATURE, "def train(x_data, y_data, w, lr=0.01, epochs=10):"),
        question="Compare the order of your parameters with the handout's.",
        try_it="Print w in the first line of train.",
    ),
]

IN_WHAT_COMES_BACK = [
    mistake(
        "return_first_sample",
        "train",
        edit(ZERO, f"{ZERO}\n            return w, [l.item()]"),
        question="After how many samples does your function hand back w?",
        try_it="Print something behind the loop: does it appear?",
    ),
    mistake(
        "return_first_epoch",
        "train",
        edit(f"{NOTE}    {RETURN}", f"{NOTE}        {RETURN}"),
        question="After how many epochs does your function hand back w?",
        try_it="Print len(losses) of what comes back.",
    ),
    mistake(
        "one_update_late",
        "train",
        edit(STEP, f"before = w.data.clone()\n            {STEP}"),
        edit(RETURN, "return before, losses"),
        question="When do you read w: before or after the last update?",
        try_it="Train for one epoch on one sample: has w changed?",
    ),
    mistake(
        "returns_the_start",
        "train",
        before_the_loop("first = w.detach().clone()"),
        edit(RETURN, "return first, losses"),
        question="Which variable holds the trained weight?",
        try_it="Print w in the line before the return, and what comes back.",
    ),
    mistake(
        "returns_the_gradient",
        "train",
        edit(RETURN, "return w.grad, losses"),
        question="Is it the weight or its gradient that the handout asks for?",
        try_it="Print what comes back beside w.",
    ),
    mistake(
        "returns_w_alone",
        "train",
        edit(RETURN, "return w"),
        question="How many things does the handout ask you to return?",
        try_it="Type w, losses = train(w, x_data, y_data).",
    ),
    mistake(
        "returns_swapped",
        "train",
        edit(RETURN, "return losses, w"),
        question="Compare the order of what you return with the handout's.",
        try_it="Print the first thing that comes back.",
    ),
    mistake(
        "train_prints",
        "train",
        edit(RETURN, "print(w, losses)"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Type print(train(w, x_data, y_data)).",
    ),
    mistake(
        "w_rounded",
        "train",
        edit(RETURN, "return round(w.item(), 2), losses"),
        question="Is the full number needed later? Round only when you print.",
    ),
    mistake(
        "losses_rounded",
        "train",
        edit(NOTE, "        losses.append(round(l.item(), 1))\n"),
        question="Are rounded losses what the handout asks for? Round when you print.",
    ),
    mistake(
        "losses_after_update",
        "train",
        edit(NOTE, "        losses.append(loss(w, x, y).item())\n"),
        question="With which weight is each loss computed: before or after the update?",
        try_it="Train for one epoch on the first sample alone: is the loss 1?",
    ),
    mistake(
        "losses_first_sample",
        "train",
        edit(
            f"{EPOCHS}\n",
            f"{EPOCHS}\n        losses.append(loss(w, x_data[0], y_data[0]).item())\n",
        ),
        edit(NOTE, ""),
        question="Which sample's loss do you note at the end of an epoch?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_sum",
        "train",
        edit(f"{EPOCHS}\n", f"{EPOCHS}\n        total = 0.0\n"),
        edit(BACKWARD, f"{BACKWARD}\n            total += l.item()"),
        edit(NOTE, "        losses.append(total)\n"),
        question="Is one sample's loss asked for, or the sum over all?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_mean",
        "train",
        edit(f"{EPOCHS}\n", f"{EPOCHS}\n        total = 0.0\n"),
        edit(BACKWARD, f"{BACKWARD}\n            total += l.item()"),
        edit(NOTE, "        losses.append(total / len(x_data))\n"),
        question="Is one sample's loss asked for, or the mean over all?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_per_sample",
        "train",
        edit(NOTE, "    " + NOTE),
        question="How many losses should ten epochs give?",
        try_it="Print len(losses) after ten epochs.",
    ),
    mistake(
        "losses_last_only",
        "train",
        edit(NOTE, "        losses = [l.item()]\n"),
        question="Does your list grow from epoch to epoch?",
        try_it="Print len(losses) after ten epochs.",
    ),
    mistake(
        "losses_are_gradients",
        "train",
        edit(BACKWARD, f"{BACKWARD}\n            noted = w.grad.item()"),
        edit(NOTE, "        losses.append(noted)\n"),
        question="Can a loss be negative? Where do the numbers you note come from?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_are_weights",
        "train",
        edit(NOTE, "        losses.append(w.item())\n"),
        question="Do the numbers you note fall? What do they measure?",
        try_it="Train for one epoch on the lesson's data: is the loss 7.3159?",
    ),
    mistake(
        "losses_share_one_tensor",
        "train",
        before_the_loop("latest = torch.zeros(1)"),
        edit(
            NOTE,
            "        latest.copy_(l.detach())\n        losses.append(latest)\n",
        ),
        question="How many different tensors are in your list?",
        try_it="Print losses after every epoch: do the older ones stay as they were?",
    ),
]

MISTAKES = [
    *IN_FORWARD,
    *IN_LOSS,
    *IN_THE_GRADIENTS,
    *IN_THE_UPDATE,
    *IN_THE_LOOP,
    *IN_WHAT_COMES_BACK,
]
