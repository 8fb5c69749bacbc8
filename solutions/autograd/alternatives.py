"""Right variants of `autograd`, in the many styles in which students write."""

from grader import alternative, edit

FORWARD = "return w * x\n"
LOSS = "return (y_pred - y) * (y_pred - y)"
SAMPLES = "for x, y in zip(x_data, y_data):"
STEP = "w.data = w.data - lr * w.grad.data"
ZERO = "w.grad.data.zero_()"
NOTE = "        losses.append(l.item())\n"
RETURN = "return w, losses"
UPDATE = f"            {STEP}\n            {ZERO}\n"


def before_the_loop(line):
    """Return the edit that puts `line` in front of the training loop."""
    return edit("    losses = []\n", f"    {line}\n    losses = []\n")


def returned(value):
    """Return the edit that hands the final weight back as `value`."""
    return edit(RETURN, f"return {value}, losses")


FORMULAS = [
    alternative("forward_x_first", "forward", edit(FORWARD, "return x * w\n")),
    alternative("forward_mul", "forward", edit(FORWARD, "return torch.mul(w, x)\n")),
    alternative("loss_power", "loss", edit(LOSS, "return (y_pred - y) ** 2")),
    alternative(
        "loss_target_first", "loss", edit(LOSS, "return torch.square(y - y_pred)")
    ),
    alternative("loss_pow", "loss", edit(LOSS, "return torch.pow(y_pred - y, 2)")),
    alternative("loss_sum", "loss", edit(LOSS, "return ((y_pred - y) ** 2).sum()")),
    alternative("loss_mean", "loss", edit(LOSS, "return ((y_pred - y) ** 2).mean()")),
    alternative(
        "loss_mse",
        "loss",
        edit(
            LOSS,
            "return torch.nn.functional.mse_loss(y_pred, torch.full_like(y_pred, y))",
        ),
    ),
    alternative(
        "loss_in_one_line",
        "loss",
        source="""\
def loss(w, x, y):
    return (w * x - y).pow(2)
""",
    ),
]

UPDATES = [
    alternative(
        "update_by_item",
        "train",
        edit(STEP, "w.data = w.data - lr * w.grad.item()"),
    ),
    alternative("update_data_inplace", "train", edit(STEP, "w.data -= lr * w.grad")),
    alternative(
        "update_sub", "train", edit(STEP, "w.data.sub_(w.grad.data, alpha=lr)")
    ),
    alternative(
        "update_no_grad",
        "train",
        edit(
            STEP,
            "with torch.no_grad():\n                w -= lr * w.grad",
        ),
    ),
    alternative(
        "update_set_grad_enabled",
        "train",
        edit(
            STEP,
            "with torch.set_grad_enabled(False):\n"
            "                w.copy_(w - lr * w.grad)",
        ),
    ),
    alternative("grad_none", "train", edit(ZERO, "w.grad = None")),
    alternative("grad_zero", "train", edit(ZERO, "w.grad.zero_()")),
    alternative("grad_zeros_like", "train", edit(ZERO, "w.grad = torch.zeros_like(w)")),
    alternative(
        "zero_before_backward",
        "train",
        edit(f"            {ZERO}\n", ""),
        edit(
            "            l.backward()\n",
            "            if w.grad is not None:\n"
            "                w.grad.zero_()\n"
            "            l.backward()\n",
        ),
    ),
    alternative(
        "new_leaf_every_step",
        "train",
        edit(UPDATE, "            w = (w - lr * w.grad).detach().requires_grad_()\n"),
    ),
    alternative(
        "new_tensor_every_step",
        "train",
        edit(
            UPDATE,
            "            value = w.item() - lr * w.grad.item()\n"
            "            w = torch.tensor([value], requires_grad=True)\n",
        ),
    ),
    alternative(
        "autograd_grad",
        "train",
        edit(
            f"            l.backward()\n{UPDATE}",
            "            (grad,) = torch.autograd.grad(l, w)\n"
            "            w.data = w.data - lr * grad\n",
        ),
    ),
    alternative(
        "optimizer",
        "train",
        before_the_loop("optimizer = torch.optim.SGD([w], lr=lr)"),
        edit(
            f"            l.backward()\n{UPDATE}",
            "            optimizer.zero_grad()\n"
            "            l.backward()\n"
            "            optimizer.step()\n",
        ),
    ),
    alternative(
        "optimizer_zeroes_last",
        "train",
        before_the_loop("optimizer = torch.optim.SGD(params=[w], lr=lr)"),
        edit(
            UPDATE,
            "            optimizer.step()\n"
            "            optimizer.zero_grad(set_to_none=False)\n",
        ),
    ),
    alternative(
        "linear_layer",
        "train",
        source="""\
def train(w, x_data, y_data, lr=0.01, epochs=10):
    model = torch.nn.Linear(1, 1, bias=False)
    model.weight.data = w.detach().clone().reshape(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            y_pred = model(torch.tensor([[float(x)]]))
            l = ((y_pred - float(y)) ** 2).sum()
            optimizer.zero_grad()
            l.backward()
            optimizer.step()
        losses.append(l.item())
    return model.weight, losses
""",
    ),
]

LOOPS = [
    alternative(
        "loop_by_index",
        "train",
        edit(SAMPLES, "for i in range(len(x_data)):"),
        edit("l = loss(w, x, y)", "l = loss(w, x_data[i], y_data[i])"),
    ),
    alternative(
        "loop_enumerate",
        "train",
        edit(SAMPLES, "for i, x in enumerate(x_data):"),
        edit("l = loss(w, x, y)", "l = loss(w, x, y_data[i])"),
    ),
    alternative(
        "loop_while",
        "train",
        source="""\
def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    while len(losses) < epochs:
        i = 0
        while i < len(x_data):
            y_pred = forward(w, x_data[i])
            l = (y_pred - y_data[i]) ** 2
            l.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
            i = i + 1
        losses.append(float(l))
    return w, losses
""",
    ),
    alternative(
        "loop_flat",
        "train",
        source="""\
def train(w, x_data, y_data, lr=0.01, epochs=10):
    n, every_loss = len(x_data), []
    for step in range(epochs * n):
        l = loss(w, x_data[step % n], y_data[step % n])
        l.backward()
        with torch.no_grad():
            w -= lr * w.grad
        w.grad = None
        every_loss.append(l.item())
    return w, every_loss[n - 1 :: n]
""",
    ),
    alternative(
        "data_as_tensors",
        "train",
        before_the_loop(
            "x_data, y_data = torch.as_tensor(x_data), torch.as_tensor(y_data)"
        ),
    ),
    alternative(
        "data_as_floats",
        "train",
        edit("l = loss(w, x, y)", "l = loss(w, float(x), float(y))"),
    ),
    alternative(
        "loop_prints_as_the_lesson",
        "train",
        edit(NOTE, NOTE + "        print(f'Epoch: {epoch}, Loss = {l}')\n"),
        edit(
            f"    {RETURN}",
            f"    print(f'Final weight, w = {{w.data[0]}}')\n    {RETURN}",
        ),
    ),
    alternative(
        "more_functions",
        "train",
        source="""\
def one_step(w, x, y, lr):
    l = loss(w, x, y)
    l.backward()
    w.data -= lr * w.grad.data
    w.grad.data.zero_()
    return l.item()


def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for _ in range(epochs):
        every = [one_step(w, x, y, lr) for x, y in zip(x_data, y_data)]
        losses.append(every[-1])
    return w, losses
""",
    ),
]

WEIGHTS = [
    alternative(
        "weight_copied",
        "train",
        before_the_loop("w = w.detach().clone().requires_grad_(True)"),
    ),
    alternative(
        "weight_float64",
        "train",
        before_the_loop("w = w.detach().double().requires_grad_()"),
    ),
    alternative(
        "weight_variable",
        "train",
        before_the_loop("w = torch.autograd.Variable(w.data, requires_grad=True)"),
    ),
    alternative(
        "weight_parameter",
        "train",
        before_the_loop("w = torch.nn.Parameter(w.detach().clone())"),
    ),
    alternative(
        "weight_without_shape",
        "train",
        before_the_loop("w = torch.tensor(w.item(), requires_grad=True)"),
    ),
    alternative(
        "default_dtype_float64",
        "train",
        edit(
            "import torch\n", "import torch\n\ntorch.set_default_dtype(torch.float64)\n"
        ),
        before_the_loop("w = torch.tensor([w.item()], requires_grad=True)"),
    ),
    alternative(
        "leaves_grad_mode_off",
        "train",
        edit(f"    {RETURN}", f"    torch.set_grad_enabled(False)\n    {RETURN}"),
    ),
]

RESULTS = [
    alternative("returns_item", "train", returned("w.item()")),
    alternative("returns_float", "train", returned("float(w)")),
    alternative("returns_data_element", "train", returned("w.data[0]")),
    alternative("returns_detached", "train", returned("w.detach()")),
    alternative("returns_array", "train", returned("w.detach().numpy()")),
    alternative("returns_in_a_list", "train", returned("w.tolist()")),
    alternative(
        "returns_float64_scalar",
        "train",
        edit(RETURN, "import numpy as np\n    return np.float64(w.item()), losses"),
    ),
    alternative(
        "returns_float32_scalar",
        "train",
        edit(RETURN, "import numpy as np\n    return np.float32(w.item()), losses"),
    ),
    alternative("returns_a_list_of_two", "train", edit(RETURN, "return [w, losses]")),
    alternative(
        "losses_keep_their_graph", "train", edit(NOTE, "        losses.append(l)\n")
    ),
    alternative(
        "losses_as_data", "train", edit(NOTE, "        losses.append(l.data[0])\n")
    ),
    alternative(
        "losses_as_one_tensor",
        "train",
        edit(RETURN, "return w, torch.tensor(losses)"),
    ),
    alternative(
        "losses_as_an_array",
        "train",
        edit(RETURN, "import numpy as np\n    return w, np.array(losses)"),
    ),
]

ALTERNATIVES = [*FORMULAS, *UPDATES, *LOOPS, *WEIGHTS, *RESULTS]
