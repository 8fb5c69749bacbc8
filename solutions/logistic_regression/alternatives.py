"""Right variants of `logistic_regression`, written in other styles."""

from grader import alternative, edit

SIGMOID = (
    "    Z = np.asarray(Z, dtype=float)\n"
    "    e = np.exp(-np.abs(Z))  # never more than 1, so it cannot overflow\n"
    "    return np.where(Z >= 0, 1, e) / (1 + e)\n"
)
MEAN = "    return np.sum(terms) / len(terms)\n"
LAYER = "self.linear = torch.nn.Linear(1, 1)"
MODEL = "return torch.sigmoid(self.linear(x))"
CRITERION = "    criterion = torch.nn.BCELoss()\n"
LOSS = "        loss = criterion(y_pred, y_data)\n"
ZERO = "        optimizer.zero_grad()\n"
STEP = "        optimizer.step()\n"
PREDICT = "    with torch.no_grad():\n        return model(x)\n"
CLASSIFY = "    return torch.round(model(x).detach())\n"

ALTERNATIVES = [
    alternative(
        "lesson_style",
        "CE_Loss",
        source="""
from torch.autograd import Variable


def forward(w, x, b):
    return(w*x + b)


def sigmoid(Z):
    d = np.array([1+np.exp(-z) for z in Z])
    return(1/d)


def CE_Loss(yhat_, y_, p=False):
    assert len(yhat_) == len(y_)
    loss_list = []
    N = len(yhat_)
    for i in range(N):
        y = y_[i]
        yhat = yhat_[i]

        l = -1* (y*np.log(yhat) + (1-y)*np.log(1-yhat))
        loss_list.append(l)

        if p:
            print(l)
    # Total loss
    L = np.sum(loss_list) / N
    return(L)


class Model(torch.nn.Module):

    def __init__(self):
        super(Model, self).__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        y_pred = torch.sigmoid(self.linear(x))
        return(y_pred)


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    x_data, y_data = Variable(x_data), Variable(y_data)
    losses = []
    for epoch in range(epochs):
        y_pred = model(x_data)
        loss = criterion(y_pred, y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return(losses)


def predict(model, x):
    return model.forward(x).data


def classify(model, x):
    return predict(model, x).round()
""",
    ),
    alternative(
        "forward_other_order",
        "forward",
        edit("return w * x + b", "return b + np.multiply(x, w)"),
    ),
    alternative(
        "sigmoid_by_the_formula",
        "sigmoid",
        edit(SIGMOID, "    return 1 / (1 + np.exp(-np.array(Z, dtype=float)))\n"),
    ),
    alternative(
        "sigmoid_by_tanh",
        "sigmoid",
        edit(SIGMOID, "    return 0.5 * (1 + np.tanh(np.asarray(Z) / 2))\n"),
    ),
    alternative(
        "sigmoid_where",
        "sigmoid",
        edit(
            SIGMOID,
            "    Z = np.array(Z, dtype=float)\n"
            "    up = 1 / (1 + np.exp(-np.maximum(Z, 0)))\n"
            "    low = np.exp(np.minimum(Z, 0))\n"
            "    return np.where(Z > 0, up, low / (1 + low))\n",
        ),
    ),
    alternative(
        "sigmoid_masks",
        "sigmoid",
        edit(
            SIGMOID,
            "    Z = np.array(Z, dtype=np.float64)\n"
            "    out = np.empty_like(Z)\n"
            "    high = Z >= 0\n"
            "    out[high] = 1 / (1 + np.exp(-Z[high]))\n"
            "    out[~high] = np.exp(Z[~high]) / (1 + np.exp(Z[~high]))\n"
            "    return out\n",
        ),
    ),
    alternative(
        "sigmoid_clipped_far_out",
        "sigmoid",
        edit(
            SIGMOID,
            "    Z = np.clip(np.asarray(Z, dtype=float), -500, 500)\n"
            "    return 1.0 / (1.0 + np.exp(-Z))\n",
        ),
    ),
    alternative(
        "sigmoid_by_torch",
        "sigmoid",
        edit(
            SIGMOID,
            "    return torch.sigmoid(torch.as_tensor(Z, dtype=torch.float32)).numpy()\n",
        ),
    ),
    alternative(
        "sigmoid_of_each_with_math",
        "sigmoid",
        source="""
import math


def one(z):
    if z < 0:
        return math.exp(z) / (1 + math.exp(z))
    return 1 / (1 + math.exp(-z))


def sigmoid(Z):
    return np.vectorize(one, otypes=[float])(Z)
""",
    ),
    alternative(
        "sigmoid_logaddexp",
        "sigmoid",
        edit(SIGMOID, "    return np.exp(-np.logaddexp(0, np.negative(Z)))\n"),
    ),
    alternative(
        "ce_loop",
        "CE_Loss",
        source="""
import math


def CE_Loss(yhat_, y_, p=False):
    total = 0.0
    for number, (a, t) in enumerate(zip(yhat_, y_), start=1):
        term = -math.log(a) if t == 1 else -math.log(1 - a)
        if p:
            print("sample", number, "costs", round(term, 3))
        total += term
    return total / len(y_)
""",
    ),
    alternative(
        "ce_dot",
        "CE_Loss",
        edit(
            MEAN,
            "    return -(np.dot(y, np.log(yhat)) + np.dot(1 - y, np.log(1 - yhat)))"
            " / y.size\n",
        ),
    ),
    alternative(
        "ce_mean",
        "CE_Loss",
        edit(MEAN, "    return float(np.mean(terms))\n"),
    ),
    alternative(
        "ce_clipped_far_out",
        "CE_Loss",
        edit(
            "    yhat = np.asarray(yhat_, dtype=float)\n",
            "    yhat = np.clip(np.asarray(yhat_, dtype=float), 1e-12, 1 - 1e-12)\n",
        ),
    ),
    alternative(
        "ce_by_torch",
        "CE_Loss",
        source="""
def CE_Loss(yhat_, y_, p=False):
    yhat = torch.as_tensor(yhat_, dtype=torch.float32)
    y = torch.as_tensor(y_, dtype=torch.float32)
    if p:
        print(torch.nn.functional.binary_cross_entropy(yhat, y, reduction="none"))
    return torch.nn.functional.binary_cross_entropy(yhat, y)
""",
    ),
    alternative(
        "ce_prints_reversed",
        "CE_Loss",
        edit(
            "for term in terms:\n            print(term)",
            "print('the terms are', *terms[::-1].round(2))",
        ),
    ),
    alternative(
        "sequential",
        "Model",
        source="""
class Model(torch.nn.Sequential):
    def __init__(self):
        super().__init__(torch.nn.Linear(1, 1), torch.nn.Sigmoid())
""",
    ),
    alternative(
        "own_parameters",
        "Model",
        edit(
            LAYER,
            "self.bias = torch.nn.Parameter(torch.randn(1))\n"
            "        self.slope = torch.nn.Parameter(torch.randn(1))",
        ),
        edit(MODEL, "return 1 / (1 + torch.exp(-(self.slope * x + self.bias)))"),
    ),
    alternative(
        "scalar_parameters_from_zero",
        "Model",
        edit(
            LAYER,
            "self.w = torch.nn.Parameter(torch.tensor(0.0))\n"
            "        self.b = torch.nn.Parameter(torch.tensor(0.0))",
        ),
        edit(MODEL, "return torch.sigmoid(forward(self.w, x, self.b))"),
    ),
    alternative(
        "functional",
        "Model",
        edit(
            LAYER,
            "self.weight = torch.nn.Parameter(torch.randn(1, 1))\n"
            "        self.bias = torch.nn.Parameter(torch.randn(1))",
        ),
        edit(
            MODEL,
            "return torch.nn.functional.linear(x, self.weight, self.bias).sigmoid()",
        ),
    ),
    alternative(
        "logits_in_training",
        "train",
        source="""
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.line = torch.nn.Linear(1, 1)

    def logits(self, x):
        return self.line(x)

    def forward(self, x):
        return torch.sigmoid(self.logits(x))


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = criterion(model.logits(x_data), y_data)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return losses
""",
    ),
    alternative(
        "double_precision",
        "Model",
        source="""
class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1).double()

    def forward(self, x):
        return torch.sigmoid(self.linear(x.double()))


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        loss = torch.nn.BCELoss()(model(x_data), y_data.double())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    return losses
""",
    ),
    alternative(
        "loss_by_hand",
        "train",
        edit(
            LOSS,
            "        terms = y_data * y_pred.log() + (1 - y_data) * (1 - y_pred).log()\n"
            "        loss = -terms.mean()\n",
        ),
    ),
    alternative(
        "functional_loss",
        "train",
        edit(CRITERION, ""),
        edit(
            "criterion(y_pred, y_data)",
            "torch.nn.functional.binary_cross_entropy(y_pred, y_data)",
        ),
    ),
    alternative(
        "sum_over_n",
        "train",
        edit(CRITERION, '    criterion = torch.nn.BCELoss(reduction="sum")\n'),
        edit("criterion(y_pred, y_data)", "criterion(y_pred, y_data) / y_data.numel()"),
    ),
    alternative(
        "zero_grad_at_the_end",
        "train",
        edit(ZERO, ""),
        edit(STEP, STEP + "        optimizer.zero_grad(set_to_none=False)\n"),
        edit("    losses = []\n", "    losses = []\n    optimizer.zero_grad()\n"),
    ),
    alternative(
        "model_zero_grad",
        "train",
        edit("optimizer.zero_grad()", "model.zero_grad(set_to_none=False)"),
    ),
    alternative(
        "manual_update",
        "train",
        edit(
            STEP,
            "        with torch.no_grad():\n"
            "            for p in model.parameters():\n"
            "                p -= lr * p.grad\n",
        ),
    ),
    alternative(
        "gradient_by_hand",
        "train",
        source="""
def train(model, x_data, y_data, lr=0.01, epochs=1000):
    weight, bias = model.linear.weight, model.linear.bias
    losses = []
    with torch.no_grad():
        for _ in range(epochs):
            y_pred = model(x_data)
            losses.append(CE_Loss(y_pred.flatten().tolist(), y_data.flatten().tolist()))
            weight -= lr * ((y_pred - y_data) * x_data).mean()
            bias -= lr * (y_pred - y_data).mean()
    return losses
""",
    ),
    alternative(
        "autograd_grad",
        "train",
        edit(
            "        loss.backward()\n" + STEP,
            "        weights = list(model.parameters())\n"
            "        grads = torch.autograd.grad(loss, weights)\n"
            "        for p, g in zip(weights, grads):\n"
            "            p.data.sub_(lr * g)\n",
        ),
    ),
    alternative(
        "losses_as_array",
        "train",
        edit("return losses", "return np.array(losses)"),
    ),
    alternative(
        "losses_detached",
        "train",
        edit("losses.append(loss.item())", "losses.append(loss.detach())"),
    ),
    alternative(
        "predict_data",
        "predict",
        edit(PREDICT, "    model.eval()\n    return model(x).data\n"),
    ),
    alternative(
        "classify_by_threshold",
        "classify",
        edit(CLASSIFY, "    return (predict(model, x) >= 0.5).float()\n"),
    ),
    alternative(
        "classify_where",
        "classify",
        edit(
            CLASSIFY,
            "    y = model(x)\n"
            "    return torch.where(y > 0.5, torch.ones_like(y), torch.zeros_like(y))\n",
        ),
    ),
    alternative(
        "classify_with_graph",
        "classify",
        edit(CLASSIFY, "    return model(x).round()\n"),
    ),
    alternative(
        "classify_whole_numbers",
        "classify",
        edit(CLASSIFY, "    return (model(x) > 0.5).long()\n"),
    ),
]
