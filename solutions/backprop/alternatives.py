"""Right variants of `backprop`, in the many styles in which students write."""

from grader import alternative, edit

FORWARD = "return w * x\n"
LOSS = "return (y_pred - y) ** 2"
GRADIENT = "return 2 * x * (w * x - y)\n"
SAMPLES = "for x, y in zip(x_data, y_data):"
UPDATE = "w = w - lr * gradient(w, x, y)"
RETURN = "return w, losses"

FORMULAS = [
    alternative("forward_x_first", "forward", edit(FORWARD, "return x * w\n")),
    alternative(
        "forward_named_result",
        "forward",
        edit(FORWARD, "y_hat = x * w\n    return(y_hat)\n"),
    ),
    alternative(
        "forward_numpy",
        "forward",
        edit(FORWARD, "import numpy as np\n    return np.multiply(w, x)\n"),
    ),
    alternative(
        "forward_floats", "forward", edit(FORWARD, "return float(w) * float(x)\n")
    ),
    alternative(
        "loss_product", "loss", edit(LOSS, "return (y_pred - y) * (y_pred - y)")
    ),
    alternative("loss_target_first", "loss", edit(LOSS, "return pow(y - y_pred, 2)")),
    alternative(
        "loss_abs_squared", "loss", edit(LOSS, "return abs(y_pred - y) ** 2.0")
    ),
    alternative(
        "loss_numpy",
        "loss",
        edit(LOSS, "import numpy as np\n    return np.square(y_pred - y)"),
    ),
    alternative(
        "loss_in_one_line",
        "loss",
        source="""\
def loss(w, x, y):
    return (w * x - y) ** 2
""",
    ),
    alternative(
        "loss_multiplied_out",
        "loss",
        edit(LOSS, "return y_pred ** 2 - 2 * y_pred * y + y ** 2"),
    ),
    alternative(
        "gradient_uses_forward",
        "gradient",
        edit(GRADIENT, "return 2 * (forward(w, x) - y) * x\n"),
    ),
    alternative(
        "gradient_multiplied_out",
        "gradient",
        edit(GRADIENT, "return 2 * w * x ** 2 - 2 * x * y\n"),
    ),
    alternative(
        "gradient_two_minuses",
        "gradient",
        edit(GRADIENT, "return -2 * x * (y - w * x)\n"),
    ),
    alternative(
        "gradient_chain_rule_named",
        "gradient",
        edit(
            GRADIENT,
            "outer = 2 * (w * x - y)\n    inner = x\n    return outer * inner\n",
        ),
    ),
]

LOOPS = [
    alternative(
        "loop_by_index",
        "back_prop",
        source="""\
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for epoch in range(epochs):
        for i in range(len(x_data)):
            l = loss(w, x_data[i], y_data[i])
            grad = gradient(w, x_data[i], y_data[i])
            w -= lr * grad
        losses.append(l)
    return (w, losses)
""",
    ),
    alternative(
        "loop_enumerate",
        "back_prop",
        source="""\
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = [0] * epochs
    for epoch in range(epochs):
        for i, x_val in enumerate(x_data):
            losses[epoch] = loss(w, x_val, y_data[i])
            w = w - lr * gradient(w, x_val, y_data[i])
    return w, losses
""",
    ),
    alternative(
        "loop_while",
        "back_prop",
        source="""\
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    epoch = 0
    while epoch < epochs:
        i = 0
        while i < len(x_data):
            l = (w * x_data[i] - y_data[i]) ** 2
            w = w - lr * 2 * x_data[i] * (w * x_data[i] - y_data[i])
            i += 1
        losses += [l]
        epoch += 1
    return w, losses
""",
    ),
    alternative(
        "loop_flat",
        "back_prop",
        source="""\
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    n = len(x_data)
    every_loss = []
    for step in range(epochs * n):
        x, y = x_data[step % n], y_data[step % n]
        every_loss.append(loss(w, x, y))
        w = w - lr * gradient(w, x, y)
    return w, every_loss[n - 1 :: n]
""",
    ),
    alternative(
        "loop_recursive",
        "back_prop",
        source="""\
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    if epochs == 0:
        return w, []
    for x, y in zip(x_data, y_data):
        last = loss(w, x, y)
        w = w - lr * gradient(w, x, y)
    end, rest = back_prop(w, x_data, y_data, lr, epochs - 1)
    return end, [last] + rest
""",
    ),
    alternative(
        "loop_numpy_data",
        "back_prop",
        source="""\
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    import numpy as np

    xs, ys = np.array(x_data, dtype=float), np.array(y_data, dtype=float)
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for x, y in np.stack([xs, ys], axis=1):
            losses[epoch] = (w * x - y) ** 2
            w = w - lr * gradient(w, x, y)
    return w, losses
""",
    ),
    alternative(
        "loop_prints_as_the_lesson",
        "back_prop",
        edit(
            "        losses.append(error)\n",
            "        losses.append(error)\n"
            "        print(f'Epoch: {epoch}, Loss = {error}')\n",
        ),
        edit(f"    {RETURN}", f"    print(f'Final weight, w = {{w}}')\n    {RETURN}"),
    ),
    alternative(
        "gradient_before_loss",
        "back_prop",
        edit(
            f"            error = loss(w, x, y)\n            {UPDATE}\n",
            "            step = lr * gradient(w, x, y)\n"
            "            error = loss(w, x, y)\n"
            "            w = w - step\n",
        ),
    ),
    alternative(
        "loss_recovered_from_the_old_weight",
        "back_prop",
        source="""\
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    weights = [w]
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            weights.append(weights[-1] - lr * gradient(weights[-1], x, y))
    n = len(x_data)
    before_last = weights[n - 1 : -1 : n]
    return weights[-1], [loss(v, x_data[-1], y_data[-1]) for v in before_last]
""",
    ),
    alternative(
        "pairs_as_a_list",
        "back_prop",
        edit(SAMPLES, "for x, y in list(zip(x_data, y_data)):"),
    ),
    alternative(
        "copies_its_data",
        "back_prop",
        edit(
            "    losses = []\n",
            "    x_data, y_data = list(x_data), list(y_data)\n    losses = []\n",
        ),
    ),
    alternative(
        "more_functions",
        "back_prop",
        source="""\
def step(w, x, y, lr):
    return w - lr * gradient(w, x, y)


def one_epoch(w, x_data, y_data, lr):
    for x, y in zip(x_data, y_data):
        l = loss(w, x, y)
        w = step(w, x, y, lr)
    return w, l


def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for _ in range(epochs):
        w, l = one_epoch(w, x_data, y_data, lr)
        losses.append(l)
    return w, losses
""",
    ),
]

RESULTS = [
    alternative("returns_a_list", "back_prop", edit(RETURN, "return [w, losses]")),
    alternative(
        "returns_float32",
        "back_prop",
        edit(
            RETURN, "import numpy as np\n    return np.float32(w), np.float32(losses)"
        ),
    ),
    alternative(
        "returns_w_in_a_list", "back_prop", edit(RETURN, "return [w], tuple(losses)")
    ),
    alternative(
        "returns_tensors",
        "back_prop",
        edit(RETURN, "import torch\n    return torch.tensor(w), torch.tensor(losses)"),
    ),
]

ALTERNATIVES = [*FORMULAS, *LOOPS, *RESULTS]
