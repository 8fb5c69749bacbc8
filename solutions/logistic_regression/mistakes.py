"""Wrong variants of `logistic_regression`, each with what a teacher would ask."""

from grader import edit, mistake

SIGMOID = "    return np.where(Z >= 0, 1, e) / (1 + e)\n"
TERMS = "-(y * np.log(yhat) + (1 - y) * np.log(1 - yhat))"
MEAN = "    return np.sum(terms) / len(terms)\n"
PRINTED = "        for term in terms:\n            print(term)\n"
YHAT = "    yhat = np.asarray(yhat_, dtype=float)\n"
LAYER = "self.linear = torch.nn.Linear(1, 1)"
MODEL = "return torch.sigmoid(self.linear(x))"
CRITERION = "criterion = torch.nn.BCELoss()\n"
OPTIMIZER = "optimizer = torch.optim.SGD(model.parameters(), lr=lr)"
EPOCH = "    for epoch in range(epochs):\n"
FORWARD = "        y_pred = model(x_data)\n"
LOSS = "        loss = criterion(y_pred, y_data)\n"
ZERO = "        optimizer.zero_grad()\n"
BACKWARD = "        loss.backward()\n"
STEP = "        optimizer.step()\n"
APPEND = "        losses.append(loss.item())\n"
RETURN = "    return losses\n"
PREDICT = "    with torch.no_grad():\n        return model(x)\n"
CLASSIFY = "    return torch.round(model(x).detach())\n"

FORWARD_MISTAKES = [
    mistake(
        "ignores_b",
        "forward",
        edit("return w * x + b", "return w * x"),
        question="What should the line give for x = 0?",
        try_it="Print forward(1, 0, 5).",
    ),
    mistake(
        "ignores_w",
        "forward",
        edit("return w * x + b", "return x + b"),
        question="Does your prediction change when the weight changes?",
        try_it="Print forward(1, 4, 0) and forward(2, 4, 0).",
    ),
    mistake(
        "minus_b",
        "forward",
        edit("return w * x + b", "return w * x - b"),
        question="In which direction should a positive bias move the line?",
    ),
    mistake(
        "w_pow_x",
        "forward",
        edit("return w * x + b", "return w ** x + b"),
        question="Read * and ** aloud in your line.",
        try_it="Print forward(2, 3, 0).",
    ),
    mistake(
        "x_div_w",
        "forward",
        edit("return w * x + b", "return x / w + b"),
        question="If the weight doubles, should the prediction double or halve?",
    ),
    mistake(
        "bias_inside",
        "forward",
        edit("return w * x + b", "return w * (x + b)"),
        question="What binds tighter in w x + b: the product or the sum?",
        try_it="Print forward(2, 0, 3).",
    ),
    mistake(
        "args_swapped",
        "forward",
        edit("def forward(w, x, b):", "def forward(x, b, w):"),
        question="Compare the order of your parameters with the handout's.",
    ),
    mistake(
        "int_cast",
        "forward",
        edit("return w * x + b", "return int(w * x + b)"),
        question="What happens to 0.5 on its way through your function?",
        try_it="Print forward(0.5, 1, 0).",
    ),
    mistake(
        "float_cast",
        "forward",
        edit("return w * x + b", "return float(w * x + b)"),
        question="x may be an array: how many numbers should come back?",
        try_it="Print forward(1, np.array([1.0, 2.0]), 0).",
    ),
    mistake(
        "with_sigmoid",
        "forward",
        edit("return w * x + b", "return sigmoid([w * x + b])[0]"),
        question="Which function applies the sigmoid, and which draws the line?",
    ),
    mistake(
        "uses_lesson_inputs",
        "forward",
        edit("return w * x + b", "return w * x_data + b"),
        question="Which x should be used: the one you were given or the whole data set?",
    ),
]

SIGMOID_MISTAKES = [
    mistake(
        "no_minus",
        "sigmoid",
        edit(SIGMOID, "    return 1 / (1 + np.exp(Z))\n"),
        question="Should the output grow or shrink as Z grows?",
        try_it="Print sigmoid([-5, 0, 5]).",
    ),
    mistake(
        "one_minus",
        "sigmoid",
        edit(SIGMOID, "    return 1 - 1 / (1 + np.exp(-Z))\n"),
        same_as="no_minus",
    ),
    mistake(
        "naive_overflow",
        "sigmoid",
        edit(SIGMOID, "    return np.exp(Z) / (1 + np.exp(Z))\n"),
        question="What is exp(1000), and what is inf/inf?",
        try_it="Print sigmoid([1000]).",
    ),
    mistake(
        "math_exp_scalar",
        "sigmoid",
        source="""
import math


def sigmoid(Z):
    return 1 / (1 + math.exp(-Z))
""",
        question="Z may be an array: which exp works elementwise?",
        try_it="Print sigmoid([0, 1]).",
    ),
    mistake(
        "arrays_only",
        "sigmoid",
        source="""
def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))
""",
        question="What does a minus sign do to a list?",
        try_it="Print sigmoid([0, 1]).",
    ),
    mistake(
        "half_tanh",
        "sigmoid",
        edit(SIGMOID, "    return 0.5 * (1 + np.tanh(Z))\n"),
        question="Close: check the scale inside.",
    ),
    mistake(
        "tanh",
        "sigmoid",
        edit(SIGMOID, "    return np.tanh(Z)\n"),
        question="What range should the output have, and what is it at 0?",
        try_it="Print sigmoid([-5, 0, 5]).",
    ),
    mistake(
        "softmax",
        "sigmoid",
        edit(SIGMOID, "    e = np.exp(Z - np.max(Z))\n    return e / np.sum(e)\n"),
        question="Should one entry of Z influence the output of another?",
        try_it="Compare sigmoid([1]) with the first entry of sigmoid([1, 2]).",
    ),
    mistake(
        "relu",
        "sigmoid",
        edit(SIGMOID, "    return np.maximum(0, Z)\n"),
        question="What range should the output have?",
        try_it="Print sigmoid([5]).",
    ),
    mistake(
        "sigmoid_rounded",
        "sigmoid",
        edit(SIGMOID, "    return np.round(1 / (1 + np.exp(-Z)), 2)\n"),
        question="Keep full precision; round only when you print.",
    ),
    mistake(
        "step",
        "sigmoid",
        edit(SIGMOID, "    return np.where(Z >= 0, 1.0, 0.0)\n"),
        question="Is your curve smooth? What should it give a little above 0?",
    ),
    mistake(
        "derivative",
        "sigmoid",
        edit(SIGMOID, "    s = 1 / (1 + np.exp(-Z))\n    return s * (1 - s)\n"),
        question="Is this the sigmoid, or its slope?",
        try_it="Print sigmoid([-5, 0, 5]): what should it give at 0?",
    ),
    mistake(
        "no_plus_one",
        "sigmoid",
        edit(SIGMOID, "    return 1 / np.exp(-Z)\n"),
        question="Can your result be greater than 1?",
        try_it="Print sigmoid([0, 5]).",
    ),
    mistake(
        "paren",
        "sigmoid",
        edit(SIGMOID, "    return 1 / 1 + np.exp(-Z)\n"),
        question="What exactly is divided by what? Check the parentheses.",
        try_it="Print sigmoid([0]).",
    ),
    mistake(
        "base_two",
        "sigmoid",
        edit(SIGMOID, "    return 1 / (1 + 2.0 ** -Z)\n"),
        question="Which base does the power in the formula have?",
    ),
    mistake(
        "clipped",
        "sigmoid",
        edit(SIGMOID, "    return 1 / (1 + np.exp(-np.clip(Z, -5, 5)))\n"),
        question="What does clipping do to a very large or very negative entry?",
        try_it="Print sigmoid([-1000, 1000]).",
    ),
    mistake(
        "flattens",
        "sigmoid",
        edit(
            SIGMOID,
            "    return np.array([1 / (1 + np.exp(-z)) for z in np.ravel(Z)])\n",
        ),
        question="What shape goes in, what shape should come out?",
        try_it="Print sigmoid(np.zeros((2, 3))).shape.",
    ),
    mistake(
        "inplace",
        "sigmoid",
        edit(SIGMOID, "    Z *= -1\n    return 1 / (1 + np.exp(Z))\n"),
        question="Look at Z after calling your function.",
        try_it="Z = np.array([1.0]); sigmoid(Z); print(Z).",
    ),
    mistake(
        "first_entry",
        "sigmoid",
        edit(SIGMOID, "    for z in Z:\n        return 1 / (1 + np.exp(-z))\n"),
        question="After how many entries does your function return?",
        try_it="Print sigmoid([-5, 0, 5]).",
    ),
    mistake(
        "sigmoid_prints_no_return",
        "sigmoid",
        edit(SIGMOID, "    print(1 / (1 + np.exp(-Z)))\n"),
        question="Printing shows a value; what does the caller get back?",
    ),
    mistake(
        "whole_numbers",
        "sigmoid",
        edit("Z = np.asarray(Z, dtype=float)", "Z = np.asarray(Z).astype(int)"),
        question="What happens to 0.5 on its way through your function?",
        try_it="Print sigmoid([0.5]).",
    ),
]

LOSS_MISTAKES = [
    mistake(
        "sum",
        "CE_Loss",
        edit(MEAN, "    return np.sum(terms)\n"),
        question="Would your loss double if every sample appeared twice?",
        try_it="Compare CE_Loss([.2], [1]) with CE_Loss([.2, .2], [1, 1]).",
    ),
    mistake(
        "minus_one_n",
        "CE_Loss",
        edit("/ len(terms)", "/ (len(terms) - 1)"),
        question="How many samples are there?",
    ),
    mistake(
        "fixed_n",
        "CE_Loss",
        edit("/ len(terms)", "/ 4"),
        question="Are all your numbers right for a list of another length?",
        try_it="Compare CE_Loss([.2], [1]) with -log(0.2).",
    ),
    mistake(
        "axis0",
        "CE_Loss",
        edit(
            MEAN,
            "    both = np.stack([y * np.log(yhat), (1 - y) * np.log(1 - yhat)], 1)\n"
            "    return -np.mean(both, axis=0)\n",
        ),
        question="One number for the whole batch.",
        try_it="Print CE_Loss([.2, .8], [1, 0]): how many numbers do you see?",
    ),
    mistake(
        "len_rows",
        "CE_Loss",
        edit("/ len(terms)", "/ len(y[0])"),
        question="Which axis counts samples here?",
        try_it="Print y[0].",
    ),
    mistake(
        "half_mean",
        "CE_Loss",
        edit("/ len(terms)", "/ (2 * len(terms))"),
        question="Compare your loss with the handout's, factor by factor.",
    ),
    mistake(
        "no_sign",
        "CE_Loss",
        edit(TERMS, TERMS.removeprefix("-")),
        question="Can your loss be negative? Should it?",
        try_it="Print CE_Loss([.2], [1]).",
    ),
    mistake(
        "log10",
        "CE_Loss",
        edit(TERMS, TERMS.replace("np.log(", "np.log10(")),
        question="Which logarithm?",
        try_it="Print np.log10(np.e) and np.log(np.e).",
    ),
    mistake(
        "log2",
        "CE_Loss",
        edit(TERMS, TERMS.replace("np.log(", "np.log2(")),
        question="Which logarithm? Which base has yours?",
        try_it="Print np.log2(np.e) and np.log(np.e).",
    ),
    mistake(
        "neg_only",
        "CE_Loss",
        edit(TERMS, "-(1 - y) * np.log(1 - yhat)"),
        question="What does a sample with y = 1 contribute?",
        try_it="Print CE_Loss([.2], [1]).",
    ),
    mistake(
        "pos_only",
        "CE_Loss",
        edit(TERMS, "-y * np.log(yhat)"),
        question="What does a sample with y = 0 contribute?",
        try_it="Print CE_Loss([.8], [0]).",
    ),
    mistake(
        "one_minus_log",
        "CE_Loss",
        edit(TERMS, "-(y * np.log(yhat) + (1 - y) * (1 - np.log(yhat)))"),
        question="Log of (1 - yhat), or 1 minus the log?",
    ),
    mistake(
        "swapped_ya",
        "CE_Loss",
        edit(TERMS, "-(yhat * np.log(y) + (1 - yhat) * np.log(1 - y))"),
        question="Which of the two goes inside the log?",
        try_it="Print np.log(0).",
    ),
    mistake(
        "params_swapped",
        "CE_Loss",
        edit("def CE_Loss(yhat_, y_, p=False):", "def CE_Loss(y_, yhat_, p=False):"),
        same_as="swapped_ya",
    ),
    mistake(
        "precedence",
        "CE_Loss",
        edit(TERMS, "-(y * np.log(yhat) + 1 - y * np.log(1 - yhat))"),
        question="Check the parentheses around 1 - y.",
    ),
    mistake(
        "sign_of_first_only",
        "CE_Loss",
        edit(TERMS, "-y * np.log(yhat) + (1 - y) * np.log(1 - yhat)"),
        question="How far does your minus sign reach?",
        try_it="Print CE_Loss([.8], [0]): can it be negative?",
    ),
    mistake(
        "labels_flipped",
        "CE_Loss",
        edit(TERMS, "-((1 - y) * np.log(yhat) + y * np.log(1 - yhat))"),
        question="Is a prediction of 0.9 good or bad when the label is 1?",
        try_it="Compare CE_Loss([.9], [1]) with CE_Loss([.1], [1]).",
    ),
    mistake(
        "product",
        "CE_Loss",
        edit(TERMS, "-(y * np.log(yhat) * (1 - y) * np.log(1 - yhat))"),
        question="What is between the two terms: plus or times?",
        try_it="Print CE_Loss([.2], [1]).",
    ),
    mistake(
        "ce_mse",
        "CE_Loss",
        edit(TERMS, "(yhat - y) ** 2"),
        question="That is squared error; cross-entropy uses logs.",
    ),
    mistake(
        "abs",
        "CE_Loss",
        edit(TERMS, "np.abs(yhat - y)"),
        question="Which function turns a small probability into a large loss?",
    ),
    mistake(
        "log_of_mean",
        "CE_Loss",
        edit(
            MEAN,
            "    return -np.log(np.mean(y * yhat + (1 - y) * (1 - yhat)))\n",
        ),
        question="The mean of the logs, or the log of the mean?",
    ),
    mistake(
        "eps_sub",
        "CE_Loss",
        edit(YHAT, YHAT + "    yhat = np.clip(yhat, 0.01, 0.99)\n"),
        question="What does clipping do to a very confident prediction?",
        try_it="Compare CE_Loss([0.001], [1]) with -log(0.001).",
    ),
    mistake(
        "eps_added",
        "CE_Loss",
        edit(
            TERMS,
            "-(y * np.log(yhat + 1e-2) + (1 - y) * np.log(1 - yhat + 1e-2))",
        ),
        question="What does the number you add do to a very confident prediction?",
    ),
    mistake(
        "threshold",
        "CE_Loss",
        edit(YHAT, YHAT + "    yhat = (yhat > 0.5).astype(float)\n"),
        question="Keep the probability; do not round it to a class.",
        try_it="Print the terms: CE_Loss([.2, .8], [1, 0], True).",
    ),
    mistake(
        "extra_sigmoid",
        "CE_Loss",
        edit(YHAT, YHAT + "    yhat = 1 / (1 + np.exp(-yhat))\n"),
        question="Are the predictions probabilities already, or do they still need the "
        "sigmoid?",
    ),
    mistake(
        "ce_rounded",
        "CE_Loss",
        edit(MEAN, "    return round(np.sum(terms) / len(terms), 2)\n"),
        question="Keep full precision; round only when you print.",
    ),
    mistake(
        "broadcast",
        "CE_Loss",
        edit(YHAT, YHAT + "    yhat = yhat.reshape(-1, 1)\n"),
        question="Print the shapes.",
        try_it="Print (y * np.log(yhat)).shape.",
    ),
    mistake(
        "returns_terms",
        "CE_Loss",
        edit(MEAN, "    return terms\n"),
        question="One number for the whole batch, or one for each sample?",
    ),
    mistake(
        "last_term",
        "CE_Loss",
        edit(MEAN, "    return terms[-1]\n"),
        question="Which samples reach the number you return?",
    ),
    mistake(
        "return_in_ce_loop",
        "CE_Loss",
        edit(MEAN, "    for term in terms:\n        return term\n"),
        question="After how many samples does your function return?",
    ),
    mistake(
        "always_prints",
        "CE_Loss",
        edit("    if p:\n", "    if True:\n"),
        question="When p is False, should anything appear?",
    ),
    mistake(
        "never_prints",
        "CE_Loss",
        edit("    if p:\n", "    if False:\n"),
        question="What should p=True change?",
        try_it="CE_Loss([.2, .8], [1, 0], True).",
    ),
    mistake(
        "prints_the_wrong_way_round",
        "CE_Loss",
        edit("    if p:\n", "    if not p:\n"),
        question="When p is False, should anything appear? And when it is True?",
    ),
    mistake(
        "prints_the_loss",
        "CE_Loss",
        edit(
            "        for term in terms:\n            print(term)\n",
            "        print(np.sum(terms) / len(terms))\n",
        ),
        question="Is this one number for each sample, or one for all of them?",
        try_it="CE_Loss([.2, .8], [1, 0], True): how many numbers appear?",
    ),
    mistake(
        "prints_the_first_term",
        "CE_Loss",
        edit(
            "        for term in terms:\n            print(term)\n",
            "        print(terms[0])\n",
        ),
        question="Which samples have their term printed?",
        try_it="CE_Loss([.2, .8], [1, 0], True): how many numbers appear?",
    ),
    mistake(
        "prints_a_running_total",
        "CE_Loss",
        edit(
            "        for term in terms:\n            print(term)\n",
            "        for total in np.cumsum(terms):\n            print(total)\n",
        ),
        question="Does the second number that is printed belong to the second sample alone?",
        try_it="CE_Loss([.2, .8], [1, 1], True), and CE_Loss([.8], [1], True).",
    ),
    mistake(
        "returns_none_p",
        "CE_Loss",
        edit(MEAN, "    else:\n        return np.sum(terms) / len(terms)\n"),
        question="Does every path through your function return the loss?",
        try_it="loss = CE_Loss([.2], [1], True); print(loss).",
    ),
    mistake(
        "returns_none_without_p",
        "CE_Loss",
        edit(MEAN, "        return np.sum(terms) / len(terms)\n"),
        question="Does every path through your function return the loss?",
        try_it="loss = CE_Loss([.2], [1]); print(loss).",
    ),
    mistake(
        "ce_prints_no_return",
        "CE_Loss",
        edit(MEAN, "    print(np.sum(terms) / len(terms))\n"),
        question="Printing shows a value; what does the caller get back?",
    ),
    mistake(
        "ce_in_place",
        "CE_Loss",
        edit(
            MEAN,
            "    np.copyto(yhat, np.log(yhat))\n" + MEAN,
        ),
        question="Look at your inputs after calling the function.",
        try_it="a = np.array([.2]); CE_Loss(a, np.array([1])); print(a).",
    ),
]

MODEL_MISTAKES = [
    mistake(
        "no_bias",
        "Model",
        edit(LAYER, "self.linear = torch.nn.Linear(1, 1, bias=False)"),
        question="How many numbers does your model learn?",
        try_it="Count them: sum(p.numel() for p in Model().parameters()).",
    ),
    mistake(
        "logits",
        "Model",
        edit(MODEL, "return self.linear(x)"),
        question="What range must BCELoss's input have?",
        try_it="Print Model()(10 * x_data).",
    ),
    mistake(
        "sigmoid_twice",
        "Model",
        edit(MODEL, "return torch.sigmoid(torch.sigmoid(self.linear(x)))"),
        question="How often is the sigmoid applied? Can your model predict less than 0.5?",
        try_it="Print Model()(-1000 * x_data) and Model()(1000 * x_data).",
    ),
    mistake(
        "sigmoid_first",
        "Model",
        edit(MODEL, "return self.linear(torch.sigmoid(x))"),
        question="Which comes first: the line or the sigmoid?",
    ),
    mistake(
        "softmax_out",
        "Model",
        edit(MODEL, "return torch.softmax(self.linear(x), dim=1)"),
        question="What is softmax of a single number?",
        try_it="Print Model()(x_data).",
    ),
    mistake(
        "relu_then_sigmoid",
        "Model",
        edit(MODEL, "return torch.sigmoid(torch.relu(self.linear(x)))"),
        question="Can your model predict less than 0.5?",
        try_it="Print Model()(-1000 * x_data) and Model()(1000 * x_data).",
    ),
    mistake(
        "relu_instead",
        "Model",
        edit(MODEL, "return torch.relu(self.linear(x))"),
        question="What range should a probability have?",
    ),
    mistake(
        "tanh_out",
        "Model",
        edit(MODEL, "return torch.tanh(self.linear(x))"),
        question="What range should a probability have?",
        try_it="Print Model()(-1000 * x_data) and Model()(1000 * x_data).",
    ),
    mistake(
        "hard_sigmoid",
        "Model",
        edit(MODEL, "return torch.nn.functional.hardsigmoid(self.linear(x))"),
        question="Is your curve smooth? Which function does the handout name?",
    ),
    mistake(
        "log_sigmoid",
        "Model",
        edit(MODEL, "return torch.nn.functional.logsigmoid(self.linear(x))"),
        question="Is this a probability, or the logarithm of one?",
        try_it="Print Model()(x_data).",
    ),
    mistake(
        "rounded_probability",
        "Model",
        edit(MODEL, "return torch.round(torch.sigmoid(self.linear(x)))"),
        question="Keep the probability; do not round it to a class. What is the slope of "
        "a rounded number?",
    ),
    mistake(
        "numpy_sigmoid",
        "Model",
        edit(MODEL, "return torch.tensor(sigmoid(self.linear(x).detach().numpy()))"),
        question="Does your prediction remember which parameters it came from?",
        try_it="Print Model()(x_data) and look for grad_fn.",
    ),
    mistake(
        "two_outputs",
        "Model",
        edit(LAYER, "self.linear = torch.nn.Linear(1, 2)"),
        edit(MODEL, "return torch.softmax(self.linear(x), dim=1)"),
        question="How many probabilities does each row need when there are two classes?",
        try_it="Print Model()(x_data).shape.",
    ),
    mistake(
        "hidden_layer",
        "Model",
        edit(
            LAYER,
            "self.hidden = torch.nn.Linear(1, 4)\n"
            "        self.linear = torch.nn.Linear(4, 1)",
        ),
        edit(MODEL, "return torch.sigmoid(self.linear(self.hidden(x)))"),
        question="How many weights and biases does a line have, and how many has your "
        "model?",
        try_it="Count them: sum(p.numel() for p in Model().parameters()).",
    ),
    mistake(
        "two_inputs",
        "Model",
        edit(LAYER, "self.linear = torch.nn.Linear(4, 1)"),
        question="What do the numbers in Linear(…, …) count: samples or features?",
        try_it="Print x_data.shape.",
    ),
    mistake(
        "model_flat_output",
        "Model",
        edit(MODEL, "return torch.sigmoid(self.linear(x)).squeeze(1)"),
        question="Print the shapes of x and of model(x): do they agree?",
    ),
    mistake(
        "model_returns_none",
        "Model",
        edit(MODEL, "y_pred = torch.sigmoid(self.linear(x))"),
        question="What does the caller of forward get back?",
        try_it="Print Model()(x_data).",
    ),
    mistake(
        "new_layer_each_call",
        "Model",
        edit(MODEL, "return torch.sigmoid(torch.nn.Linear(1, 1)(x))"),
        question="How often does forward run, and which weights does it use each time?",
        try_it="Call model(x_data) twice and compare.",
    ),
]

TRAIN_MISTAKES = [
    mistake(
        "zero_before_step",
        "train",
        edit(ZERO + BACKWARD + STEP, BACKWARD + ZERO + STEP),
        question="Does the weight move? Follow one epoch: what fills .grad, what empties "
        "it, and what does step() find in it?",
        try_it="Print model.linear.weight and its .grad right before and after step().",
    ),
    mistake("no_backward", "train", edit(BACKWARD, ""), same_as="zero_before_step"),
    mistake(
        "backward_not_called",
        "train",
        edit("loss.backward()", "loss.backward"),
        same_as="zero_before_step",
    ),
    mistake("no_step", "train", edit(STEP, ""), same_as="zero_before_step"),
    mistake(
        "rebinds_the_weight",
        "train",
        edit(
            STEP,
            "        for p in model.parameters():\n            p = p - lr * p.grad\n",
        ),
        same_as="zero_before_step",
    ),
    mistake(
        "update_in_the_graph",
        "train",
        edit(
            STEP,
            "        for p in model.parameters():\n            p -= lr * p.grad\n",
        ),
        question="Should this step itself be differentiated?",
    ),
    mistake(
        "trains_a_copy",
        "train",
        edit(
            OPTIMIZER, "import copy\n    model = copy.deepcopy(model)\n    " + OPTIMIZER
        ),
        question="After train, which object has learned: the model that you were given?",
        try_it="Compare model(x_data) before and after train(model, x_data, y_data).",
    ),
    mistake(
        "never_zeroed",
        "train",
        edit(ZERO, ""),
        question="How many epochs' gradients are inside .grad when you take a step?",
        try_it="Print model.linear.weight.grad after two epochs, with and without "
        "clearing it.",
    ),
    mistake(
        "model_rebuilt",
        "train",
        edit(OPTIMIZER, OPTIMIZER + "\n    model = Model()"),
        question="Does the optimizer hold the parameters of the model you train?",
        try_it="Print id(model) before and after the line that makes the optimizer.",
    ),
    mistake(
        "model_replaced",
        "train",
        edit(OPTIMIZER, "model = Model()\n    " + OPTIMIZER),
        question="Which model does your function train: the one it was given?",
        try_it="Compare model(x_data) before and after train(model, x_data, y_data).",
    ),
    mistake(
        "reset_each_epoch",
        "train",
        edit(
            EPOCH,
            "    start = {k: v.clone() for k, v in model.state_dict().items()}\n"
            + EPOCH
            + "        model.load_state_dict(start)\n",
        ),
        question="Which lines run again at every epoch?",
        try_it="Print the loss of the first five epochs.",
    ),
    mistake(
        "zero_init",
        "train",
        edit(
            OPTIMIZER,
            "with torch.no_grad():\n        for p in model.parameters():\n"
            "            p.zero_()\n    " + OPTIMIZER,
        ),
        question="What decides where training starts?",
        try_it="Train the same model twice, for ten epochs each. Does the second call "
        "go on from the first?",
    ),
    mistake(
        "none_reduction",
        "train",
        edit(CRITERION, 'criterion = torch.nn.BCELoss(reduction="none")\n'),
        question="backward() needs one number.",
        try_it="Print the shape of the loss.",
    ),
    mistake(
        "sum_reduction",
        "train",
        edit(CRITERION, 'criterion = torch.nn.BCELoss(reduction="sum")\n'),
        question="Would your loss double if every sample appeared twice?",
        try_it="Compare your first loss with CE_Loss of the same predictions.",
    ),
    mistake(
        "mse",
        "train",
        edit(CRITERION, "criterion = torch.nn.MSELoss()\n"),
        question="Which loss does the handout name?",
    ),
    mistake(
        "l1",
        "train",
        edit(CRITERION, "criterion = torch.nn.L1Loss()\n"),
        question="Which loss does the handout name? Does yours use a logarithm?",
    ),
    mistake(
        "logits_twice",
        "train",
        edit(CRITERION, "criterion = torch.nn.BCEWithLogitsLoss()\n"),
        question="How often is the sigmoid applied before the log?",
        try_it="Compare your first loss with CE_Loss of the same predictions.",
    ),
    mistake(
        "cross_entropy_of_one_class",
        "train",
        edit(CRITERION, "criterion = torch.nn.CrossEntropyLoss()\n"),
        question="How many classes does this loss see in one output, and what is softmax "
        "of a single number?",
        try_it="Print the first ten losses.",
    ),
    mistake(
        "swapped_loss_args",
        "train",
        edit("criterion(y_pred, y_data)", "criterion(y_data, y_pred)"),
        question="Which argument is the prediction?",
    ),
    mistake(
        "numpy_loss",
        "train",
        edit(
            LOSS,
            "        loss = CE_Loss(y_pred.detach().flatten(), y_data.flatten())\n"
            "        loss = torch.tensor(loss, requires_grad=True)\n",
        ),
        same_as="zero_before_step",
    ),
    mistake(
        "classes_in_the_loss",
        "train",
        edit("model(x_data)", "torch.round(model(x_data))"),
        question="Keep the probability; do not round it to a class. What is the slope of "
        "a rounded number?",
    ),
    mistake(
        "flat_target",
        "train",
        edit("criterion(y_pred, y_data)", "criterion(y_pred, y_data.flatten())"),
        question="Print both shapes: what does subtracting them give?",
    ),
    mistake(
        "maximize",
        "train",
        edit("lr=lr)", "lr=lr, maximize=True)"),
        question="Does your loss go down?",
        try_it="Print the first ten losses.",
    ),
    mistake(
        "neg_loss",
        "train",
        edit("criterion(y_pred, y_data)", "-criterion(y_pred, y_data)"),
        question="Should a perfect fit have the smallest loss or the largest?",
    ),
    mistake(
        "epochs_plus1",
        "train",
        edit("range(epochs)", "range(epochs + 1)"),
        question="Count the passes your loop makes.",
        try_it="Print len(train(Model(), x_data, y_data, epochs=3)).",
    ),
    mistake(
        "hard_epochs",
        "train",
        edit("range(epochs)", "range(10)"),
        question="Are all your numbers parameters of the function?",
    ),
    mistake(
        "hard_rate",
        "train",
        edit("lr=lr", "lr=0.01"),
        question="Does your result change when lr does?",
        try_it="Compare the losses with lr=0.01 and with lr=0.1.",
    ),
    mistake(
        "lr_x10",
        "train",
        edit("lr=lr", "lr=10 * lr"),
        question="Which learning rate does the handout give?",
    ),
    mistake(
        "no_lr",
        "train",
        edit(", lr=lr)", ")"),
        question="Which learning rate did you set?",
        try_it="Print the optimizer.",
    ),
    mistake(
        "backward_twice",
        "train",
        edit(BACKWARD, "        loss.backward(retain_graph=True)\n" + BACKWARD),
        question="How large is your step, compared with the learning rate times the "
        "gradient? What happens twice?",
        try_it="Print the weight after the first epoch and compute it by hand.",
    ),
    mistake("step_twice", "train", edit(STEP, STEP + STEP), same_as="backward_twice"),
    mistake(
        "adam",
        "train",
        edit("torch.optim.SGD(", "torch.optim.Adam("),
        question="Which optimizer does the handout name?",
    ),
    mistake(
        "momentum",
        "train",
        edit("lr=lr)", "lr=lr, momentum=0.9)"),
        question="Plain SGD has no memory.",
    ),
    mistake(
        "weight_decay",
        "train",
        edit("lr=lr)", "lr=lr, weight_decay=0.1)"),
        question="What pulls your weight, apart from the data?",
    ),
    mistake(
        "lr_decay",
        "train",
        edit(STEP, STEP + "        optimizer.param_groups[0]['lr'] *= 0.9\n"),
        question="Does the handout change the rate over time?",
    ),
    mistake(
        "one_parameter",
        "train",
        edit("SGD(model.parameters()", "SGD([next(model.parameters())]"),
        question="Which of your model's numbers does the optimizer move?",
        try_it="Print the bias before and after training.",
    ),
    mistake(
        "per_sample",
        "train",
        edit(
            FORWARD + LOSS + ZERO + BACKWARD + STEP,
            "        for x, y in zip(x_data, y_data):\n"
            + "".join(
                "    " + line + "\n"
                for line in (FORWARD + LOSS + ZERO + BACKWARD + STEP)
                .replace("_data", "")
                .splitlines()
            ),
        ),
        question="How many updates per epoch does the exercise ask for?",
    ),
    mistake(
        "hard_data",
        "train",
        edit(
            OPTIMIZER,
            OPTIMIZER
            + "\n    x_data = torch.tensor([[1.0], [2.0], [3.0], [4.0]])"
            + "\n    y_data = torch.tensor([[0.0], [0.0], [1.0], [1.0]])",
        ),
        question="Which data does your loop read?",
        try_it="Train with the labels flipped, 1 - y_data. Does the model notice?",
    ),
    mistake(
        "normalises",
        "train",
        edit(
            OPTIMIZER,
            OPTIMIZER + "\n    x_data = (x_data - x_data.mean()) / x_data.std()",
        ),
        question="Does the model see the same kind of x in training as when it is asked?",
    ),
    mistake(
        "targets_smoothed",
        "train",
        edit(OPTIMIZER, OPTIMIZER + "\n    y_data = 0.9 * y_data + 0.05"),
        question="Which labels does your loss compare with: those you were given?",
    ),
    mistake(
        "frozen_loss",
        "train",
        edit(FORWARD + LOSS, ""),
        edit(EPOCH, "    loss = criterion(model(x_data), y_data)\n" + EPOCH),
        question="When was this loss computed, and with which weights?",
    ),
    mistake(
        "loss_after_step",
        "train",
        edit(
            APPEND,
            "        losses.append(criterion(model(x_data), y_data).item())\n",
        ),
        question="Do you measure the loss before or after the update?",
        try_it="Compute the loss of the untrained model. Is it in your list?",
    ),
    mistake(
        "first_ten_losses",
        "train",
        edit(APPEND, "        if epoch < 10:\n    " + APPEND),
        question="For how many epochs should a loss be recorded?",
        try_it="Print len(train(Model(), x_data, y_data)).",
    ),
    mistake(
        "errors_instead_of_losses",
        "train",
        edit(
            "losses.append(loss.item())",
            "losses.append((torch.round(y_pred) != y_data).float().mean().item())",
        ),
        question="Is the number you record the number you go backward from?",
    ),
    mistake(
        "summed_losses",
        "train",
        edit("loss.item())", "loss.item() * len(x_data))"),
        question="Sum or mean: is the number you record the number you go backward from?",
    ),
    mistake(
        "rounded_losses",
        "train",
        edit("loss.item())", "round(loss.item(), 2))"),
        question="Keep full precision; round only when you print.",
    ),
    mistake(
        "last_loss_only",
        "train",
        edit(RETURN, "    return loss.item()\n"),
        question="One number, or one number per epoch?",
        try_it="Print len(train(Model(), x_data, y_data, epochs=3)).",
    ),
    mistake(
        "train_returns_none",
        "train",
        edit(RETURN, "    print(losses)\n"),
        question="Printing shows a value; what does the caller get back?",
        try_it="Print train(Model(), x_data, y_data, epochs=3).",
    ),
    mistake(
        "return_in_loop",
        "train",
        edit(RETURN, "    " + RETURN),
        question="After how many epochs does your function end?",
        try_it="Print len(train(Model(), x_data, y_data, epochs=3)).",
    ),
]

PREDICT_MISTAKES = [
    mistake(
        "with_graph",
        "predict",
        edit(PREDICT, "    return model(x)\n"),
        question="Does your result still remember how it was computed?",
        try_it="Print predict(model, x_data) and look for grad_fn.",
    ),
    mistake(
        "predicts_classes",
        "predict",
        edit(PREDICT, PREDICT.replace("model(x)", "model(x).round()")),
        question="A probability or a class: which of the two does predict return?",
    ),
    mistake(
        "predict_sigmoid_again",
        "predict",
        edit(PREDICT, PREDICT.replace("model(x)", "torch.sigmoid(model(x))")),
        question="Does model(x) give a probability already?",
        try_it="Compare predict(model, x_data) with model(x_data).",
    ),
    mistake(
        "other_class",
        "predict",
        edit(PREDICT, PREDICT.replace("model(x)", "1 - model(x)")),
        question="The probability of which class is it that you return?",
    ),
    mistake(
        "first_only",
        "predict",
        edit(PREDICT, "    return model(x).data[0][0]\n"),
        question="Three inputs go in: how many predictions come out?",
        try_it="Print predict(model, x_data).",
    ),
    mistake(
        "predict_flattens",
        "predict",
        edit(PREDICT, PREDICT.replace("model(x)", "model(x).flatten()")),
        question="What shape goes in, what shape should come out?",
    ),
    mistake(
        "fresh_model",
        "predict",
        edit(PREDICT, PREDICT.replace("model(x)", "Model()(x)")),
        question="Which model makes your prediction: one that was trained?",
        try_it="Call predict twice with the same model and compare.",
    ),
]

CLASSIFY_MISTAKES = [
    mistake(
        "not_rounded",
        "classify",
        edit(CLASSIFY, "    return model(x).detach()\n"),
        question="A probability or a class: which of the two does classify return?",
        try_it="Print classify(model, x_data).",
    ),
    mistake(
        "threshold_0",
        "classify",
        edit(CLASSIFY, "    return (model(x) > 0).float()\n"),
        question="Can your function ever answer 0? For which probability?",
        try_it="Print classify(model, 10 - 10 * x_data) for a trained model.",
    ),
    mistake(
        "threshold_06",
        "classify",
        edit(CLASSIFY, "    return (model(x) > 0.6).float()\n"),
        question="At which probability are both classes equally likely?",
    ),
    mistake(
        "inverted",
        "classify",
        edit(CLASSIFY, "    return (model(x) < 0.5).float()\n"),
        question="Which class is a probability of 0.9?",
    ),
    mistake(
        "floor",
        "classify",
        edit(CLASSIFY, "    return torch.floor(model(x)).detach()\n"),
        question="Can your function ever answer 1? For which probability?",
        try_it="Print torch.floor(torch.tensor(0.9)).",
    ),
    mistake(
        "argmax",
        "classify",
        edit(
            CLASSIFY, "    return torch.argmax(model(x), dim=1, keepdim=True).float()\n"
        ),
        same_as="floor",
        try_it="Among how many numbers per row do you look for the largest? Print "
        "model(x_data).shape.",
    ),
    mistake(
        "plus_minus_one",
        "classify",
        edit(CLASSIFY, "    return torch.sign(model(x).detach() - 0.5)\n"),
        question="What are the two classes called?",
        try_it="Print classify(model, x_data).",
    ),
    mistake(
        "classify_sigmoid_again",
        "classify",
        edit(CLASSIFY, "    return torch.round(torch.sigmoid(model(x).detach()))\n"),
        same_as="threshold_0",
        try_it="What is the smallest number that sigmoid(model(x)) can be?",
    ),
    mistake(
        "one_class_for_all",
        "classify",
        edit(CLASSIFY, "    return torch.round(model(x).detach().mean())\n"),
        question="Four inputs go in: how many classes come out?",
        try_it="Print classify(model, x_data).",
    ),
    mistake(
        "classify_flattens",
        "classify",
        edit(CLASSIFY, "    return torch.round(model(x).detach()).flatten()\n"),
        question="What shape goes in, what shape should come out?",
    ),
    mistake(
        "classify_rounds_x",
        "classify",
        edit(CLASSIFY, "    return torch.round(x)\n"),
        question="What do you round: the input, or the model's answer to it?",
    ),
    mistake(
        "classify_in_place",
        "classify",
        edit(CLASSIFY, "    return x.copy_(torch.round(model(x).detach()))\n"),
        question="Look at x after calling your function.",
    ),
]

MISTAKES = [
    *FORWARD_MISTAKES,
    *SIGMOID_MISTAKES,
    *LOSS_MISTAKES,
    *MODEL_MISTAKES,
    *TRAIN_MISTAKES,
    *PREDICT_MISTAKES,
    *CLASSIFY_MISTAKES,
]
