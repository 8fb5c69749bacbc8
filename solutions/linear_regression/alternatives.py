"""Right variants of `linear_regression`, written in other styles."""

from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "lesson_style",
        "Model",
        source='''
from torch.autograd import Variable


class Model(torch.nn.Module):

    def __init__(self):
        """ Instantiate nn.Linear module """
        super(Model, self).__init__()
        self.linear = torch.nn.Linear(1,1)

    def forward(self, x):
        y_pred = self.linear(x)
        return(y_pred)


def train(model, x_data, y_data, lr=0.01, epochs=500):
    criterion = torch.nn.MSELoss(reduction='sum')
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    x_data, y_data = Variable(x_data), Variable(y_data)
    losses = []
    counter = 0
    for epoch in range(epochs):
        y_pred = model(x_data)
        loss = criterion(y_pred, y_data)
        if counter < 10:
            print(f'Epoch: {epoch}, Loss = {loss.item()}')
            counter+=1
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return(losses)


def predict(model, x):
    return model.forward(x).data
''',
    ),
    alternative(
        "sequential",
        "Model",
        source="""
class Model(torch.nn.Sequential):
    def __init__(self):
        super().__init__(torch.nn.Linear(1, 1))
""",
    ),
    alternative(
        "sequential_inside",
        "Model",
        edit(
            "self.linear = torch.nn.Linear(1, 1)",
            "self.net = torch.nn.Sequential(torch.nn.Linear(1, 1))",
        ),
        edit("self.linear(x)", "self.net(x)"),
    ),
    alternative(
        "own_parameters",
        "Model",
        edit(
            "self.linear = torch.nn.Linear(1, 1)",
            "self.b = torch.nn.Parameter(torch.randn(1))\n"
            "        self.w = torch.nn.Parameter(torch.randn(1))",
        ),
        edit("self.linear(x)", "x * self.w + self.b"),
    ),
    alternative(
        "scalar_parameters_from_zero",
        "Model",
        edit(
            "self.linear = torch.nn.Linear(1, 1)",
            "self.slope = torch.nn.Parameter(torch.zeros(()))\n"
            "        self.shift = torch.nn.Parameter(torch.zeros(()))",
        ),
        edit("self.linear(x)", "self.slope * x + self.shift"),
    ),
    alternative(
        "matrix_product",
        "Model",
        edit(
            "self.linear = torch.nn.Linear(1, 1)",
            "self.weight = torch.nn.Parameter(torch.rand(1, 1) - 0.5)\n"
            "        self.bias = torch.nn.Parameter(torch.rand(1, 1) - 0.5)",
        ),
        edit("self.linear(x)", "x @ self.weight + self.bias"),
    ),
    alternative(
        "functional_linear",
        "Model",
        edit(
            "self.linear = torch.nn.Linear(1, 1)",
            "self.weight = torch.nn.Parameter(torch.randn(1, 1))\n"
            "        self.bias = torch.nn.Parameter(torch.randn(1))",
        ),
        edit("self.linear(x)", "torch.nn.functional.linear(x, self.weight, self.bias)"),
    ),
    alternative(
        "seeded_model",
        "Model",
        edit("super().__init__()", "super().__init__()\n        torch.manual_seed(0)"),
    ),
    alternative(
        "double_precision",
        "Model",
        source="""
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1, dtype=torch.float64)

    def forward(self, x):
        return self.linear(x.double())


def train(model, x_data, y_data, lr=0.01, epochs=500):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = ((model(x_data) - y_data.double()) ** 2).sum()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses
""",
    ),
    alternative(
        "by_hand_squares",
        "train",
        edit("criterion(y_pred, y_data)", "torch.sum((y_data - y_pred) ** 2)"),
    ),
    alternative(
        "functional_loss",
        "train",
        edit(
            "criterion(y_pred, y_data)",
            'torch.nn.functional.mse_loss(y_pred, y_data, reduction="sum")',
        ),
    ),
    alternative(
        "mean_times_n",
        "train",
        edit(
            "criterion(y_pred, y_data)",
            "len(y_data) * torch.nn.functional.mse_loss(y_pred, y_data)",
        ),
    ),
    alternative(
        "size_average",
        "train",
        edit(
            '= torch.nn.MSELoss(reduction="sum")',
            "= torch.nn.MSELoss(size_average=False)",
        ),
    ),
    alternative(
        "zero_grad_at_the_end",
        "train",
        edit("        optimizer.zero_grad()\n", ""),
        edit(
            "        optimizer.step()\n",
            "        optimizer.step()\n        model.zero_grad()\n",
        ),
        edit("    losses = []\n", "    losses = []\n    model.zero_grad()\n"),
    ),
    alternative(
        "model_zero_grad_keeps_zeros",
        "train",
        edit("optimizer.zero_grad()", "model.zero_grad(set_to_none=False)"),
    ),
    alternative(
        "optimizer_made_each_epoch",
        "train",
        edit("    optimizer = torch.optim.SGD(model.parameters(), lr=lr)\n", ""),
        edit(
            "        optimizer.zero_grad()\n",
            "        optimizer = torch.optim.SGD(model.parameters(), lr=lr)\n"
            "        optimizer.zero_grad()\n",
        ),
    ),
    alternative(
        "manual_update",
        "train",
        edit(
            "        optimizer.step()\n",
            "        with torch.no_grad():\n"
            "            for p in model.parameters():\n"
            "                p -= lr * p.grad\n",
        ),
    ),
    alternative(
        "manual_update_of_data",
        "train",
        edit(
            "        optimizer.step()\n",
            "        for p in model.parameters():\n"
            "            p.data = p.data - lr * p.grad.data\n"
            "            p.grad = None\n",
        ),
    ),
    alternative(
        "autograd_grad",
        "train",
        edit(
            "        loss.backward()\n        optimizer.step()\n",
            "        weights = list(model.parameters())\n"
            "        grads = torch.autograd.grad(loss, weights)\n"
            "        with torch.no_grad():\n"
            "            for p, g in zip(weights, grads):\n"
            "                p.sub_(lr * g)\n",
        ),
    ),
    alternative(
        "while_loop_with_prints",
        "train",
        source="""
def train(model, x_data, y_data, lr=0.01, epochs=500):
    sgd = torch.optim.SGD(params=model.parameters(), lr=lr)
    model.train()
    history = []
    while len(history) < epochs:
        sgd.zero_grad(set_to_none=False)
        cost = torch.nn.MSELoss(reduction="sum")(model.forward(x_data), y_data)
        history.append(cost)
        cost.backward()
        sgd.step()
        print("epoch", len(history), "loss", cost.item())
    return [h.detach() for h in history]
""",
    ),
    alternative(
        "losses_as_tensor",
        "train",
        edit("return losses", "return torch.tensor(losses)"),
    ),
    alternative(
        "losses_with_graph",
        "train",
        edit("losses.append(loss.item())", "losses.append(loss)"),
    ),
    alternative(
        "dataloader_of_one_batch",
        "train",
        edit(
            "        y_pred = model(x_data)\n"
            "        loss = criterion(y_pred, y_data)\n",
            "        data = torch.utils.data.TensorDataset(x_data, y_data)\n"
            "        (batch,) = torch.utils.data.DataLoader(data, len(data), shuffle=True)\n"
            "        y_pred = model(batch[0])\n"
            "        loss = criterion(y_pred, batch[1])\n",
        ),
    ),
    alternative(
        "detached",
        "predict",
        edit(
            "    with torch.no_grad():\n        return model(x)\n",
            "    model.eval()\n    y_pred = model(x)\n    return y_pred.detach()\n",
        ),
    ),
    alternative(
        "inference_mode",
        "predict",
        edit("with torch.no_grad()", "with torch.inference_mode()"),
    ),
    alternative(
        "data_cloned",
        "predict",
        edit(
            "    with torch.no_grad():\n        return model(x)\n",
            "    return model.forward(x).data.clone()\n",
        ),
    ),
]
