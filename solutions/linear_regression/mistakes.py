"""Wrong variants of `linear_regression`, each with what a teacher would ask."""

from grader import edit, mistake

LAYER = "self.linear = torch.nn.Linear(1, 1)"
LINE = "return self.linear(x)"
CRITERION = 'criterion = torch.nn.MSELoss(reduction="sum")'
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

MODEL_MISTAKES = [
    mistake(
        "no_bias",
        "Model",
        edit(LAYER, "self.linear = torch.nn.Linear(1, 1, bias=False)"),
        question="How many numbers does your model learn: what does model.parameters() "
        "hand to the optimizer?",
        try_it="Count them: sum(p.numel() for p in Model().parameters()).",
    ),
    mistake(
        "bias_not_a_parameter",
        "Model",
        edit(
            LAYER,
            "self.linear = torch.nn.Linear(1, 1, bias=False)\n"
            "        self.bias = torch.zeros(1)",
        ),
        edit(LINE, "return self.linear(x) + self.bias"),
        same_as="no_bias",
        try_it="Print list(Model().parameters()) and look for the bias.",
    ),
    mistake(
        "plain_tensors",
        "Model",
        edit(
            LAYER,
            "self.w = torch.randn(1, requires_grad=True)\n"
            "        self.b = torch.randn(1, requires_grad=True)",
        ),
        edit(LINE, "return self.w * x + self.b"),
        question="How does a Module know which of its tensors are to be learned?",
        try_it="Print list(Model().parameters()).",
    ),
    mistake(
        "sigmoid_out",
        "Model",
        edit(LINE, "return torch.sigmoid(self.linear(x))"),
        question="What range should a regression output have?",
        try_it="Can your model ever predict 8?",
    ),
    mistake(
        "relu_out",
        "Model",
        edit(LINE, "return torch.relu(self.linear(x))"),
        question="Can your model predict a negative number? Should it?",
        try_it="Ask the trained model for its prediction at x = -1.",
    ),
    mistake(
        "hidden_layer",
        "Model",
        edit(
            LAYER,
            "self.hidden = torch.nn.Linear(1, 4)\n"
            "        self.linear = torch.nn.Linear(4, 1)",
        ),
        edit(LINE, "return self.linear(self.hidden(x))"),
        question="How many weights and biases does a straight line have, and how many "
        "has your model?",
        try_it="Count them: sum(p.numel() for p in Model().parameters()).",
    ),
    mistake(
        "two_layers",
        "Model",
        edit(
            LAYER,
            "self.linear = torch.nn.Linear(1, 1)\n"
            "        self.linear2 = torch.nn.Linear(1, 1)",
        ),
        edit(LINE, "return self.linear2(self.linear(x))"),
        question="How often should x pass through a linear layer?",
    ),
    mistake(
        "two_outputs",
        "Model",
        edit(LAYER, "self.linear = torch.nn.Linear(1, 2)"),
        question="What do the two numbers in Linear(…, …) count?",
        try_it="Print Model()(x_data).shape.",
    ),
    mistake(
        "new_layer_each_call",
        "Model",
        edit(LINE, "return torch.nn.Linear(1, 1)(x)"),
        question="How often does forward run, and which weights does it use each time?",
        try_it="Call model(x_data) twice and compare.",
    ),
    mistake(
        "model_returns_none",
        "Model",
        edit(LINE, "y_pred = self.linear(x)"),
        question="What does the caller of forward get back?",
        try_it="Print Model()(x_data).",
    ),
    mistake(
        "no_super",
        "Model",
        edit("super().__init__()", "pass"),
        question="Who sets up what a Module needs before its parts are added?",
    ),
    mistake(
        "flat_output",
        "Model",
        edit(LINE, "return self.linear(x).squeeze(1)"),
        question="Print the shapes of your predictions and of the target: what does "
        "subtracting them give?",
        try_it="Subtract y_data from model(x_data) and print the shape of the result.",
    ),
    mistake(
        "detached_output",
        "Model",
        edit(LINE, "return self.linear(x).detach()"),
        question="Can backward() find its way from your prediction back to the "
        "parameters?",
        try_it="Print Model()(x_data) and look for grad_fn.",
    ),
    mistake(
        "frozen_parameters",
        "Model",
        edit(LAYER, LAYER + "\n        self.requires_grad_(False)"),
        same_as="detached_output",
    ),
    mistake(
        "rounded_output",
        "Model",
        edit(LINE, "return torch.round(self.linear(x))"),
        question="Keep full precision; round only when you print. What is the slope of "
        "a rounded number?",
    ),
    mistake(
        "squares_x",
        "Model",
        edit(LINE, "return self.linear(x ** 2)"),
        question="Which curve does your model draw?",
        try_it="Compare the predictions at x = -1 and at x = 1.",
    ),
    mistake(
        "doubled_output",
        "Model",
        edit(LINE, "return 2 * self.linear(x)"),
        question="Should the factor 2 be written down or learned?",
    ),
    mistake(
        "ignores_x",
        "Model",
        edit(LINE, "return self.linear(torch.ones_like(x))"),
        question="Does your prediction change when the input changes?",
        try_it="Compare the predictions at x = 1 and at x = 3.",
    ),
    mistake(
        "uses_lesson_inputs",
        "Model",
        edit(LINE, "return self.linear(x_data)"),
        question="Which x should be used: the one you were given or the whole data set?",
        try_it="Print Model()(torch.tensor([[4.0]])).shape.",
    ),
    mistake(
        "shared_parameters",
        "Model",
        source="""
class Model(torch.nn.Module):
    linear_of_all = torch.nn.Linear(1, 1)

    def __init__(self):
        super().__init__()
        self.linear = Model.linear_of_all

    def forward(self, x):
        return self.linear(x)
""",
        question="If you make two models and train one, what happens to the other?",
        try_it="a, b = Model(), Model(); train(a, x_data, y_data); print(b(x_data)).",
    ),
    mistake(
        "bfloat16",
        "Model",
        edit(
            LAYER,
            "self.w = torch.nn.Parameter(torch.randn(1, dtype=torch.bfloat16))\n"
            "        self.b = torch.nn.Parameter(torch.randn(1, dtype=torch.bfloat16))",
        ),
        edit(LINE, "return self.w * x + self.b"),
        question="How many digits does your dtype carry?",
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
        "step_not_called",
        "train",
        edit("optimizer.step()", "optimizer.step"),
        same_as="zero_before_step",
    ),
    mistake(
        "copied_loss",
        "train",
        edit(
            "loss.backward()",
            "torch.tensor(loss.item(), requires_grad=True).backward()",
        ),
        same_as="zero_before_step",
    ),
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
        "grad_set_to_0",
        "train",
        edit(
            ZERO,
            "        for p in model.parameters():\n            p.grad = 0\n",
        ),
        question="What kind of object must .grad hold: a number or a tensor?",
        try_it="Print the type of model.linear.weight.grad after one backward().",
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
        "zeroed_once",
        "train",
        edit(ZERO, ""),
        edit(EPOCH, "    optimizer.zero_grad()\n" + EPOCH),
        same_as="never_zeroed",
    ),
    mistake(
        "zero_grad_not_called",
        "train",
        edit("optimizer.zero_grad()", "optimizer.zero_grad"),
        same_as="never_zeroed",
    ),
    mistake(
        "summed_losses",
        "train",
        edit("    losses = []\n", "    losses = []\n    total = 0\n"),
        edit(LOSS, LOSS + "        total = total + loss\n"),
        edit("loss.backward()", "total.backward(retain_graph=True)"),
        edit("loss.item()", "total.item()"),
        question="How many epochs' losses does one backward() go through?",
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
        "random_restart",
        "train",
        edit(
            OPTIMIZER,
            "for p in model.parameters():\n        torch.nn.init.normal_(p)\n    "
            + OPTIMIZER,
        ),
        question="What does the model know when your loop begins: what it was given, or "
        "nothing?",
    ),
    mistake(
        "none_reduction",
        "train",
        edit(CRITERION, 'criterion = torch.nn.MSELoss(reduction="none")'),
        question="backward() needs one number.",
        try_it="Print the shape of the loss.",
    ),
    mistake(
        "mean_reduction",
        "train",
        edit(CRITERION, "criterion = torch.nn.MSELoss()"),
        question="Sum or mean: would your loss double if every sample appeared twice?",
        try_it="Compute the first loss by hand and compare.",
    ),
    mistake(
        "half_loss",
        "train",
        edit(LOSS, "        loss = 0.5 * criterion(y_pred, y_data)\n"),
        question="Compare your loss with the handout's, factor by factor.",
    ),
    mistake(
        "sqrt_loss",
        "train",
        edit(LOSS, "        loss = torch.sqrt(criterion(y_pred, y_data))\n"),
        question="The handout squares and sums. Which operation is one too many?",
    ),
    mistake(
        "abs_loss",
        "train",
        edit(CRITERION, 'criterion = torch.nn.L1Loss(reduction="sum")'),
        question="An error of 3 should cost nine times as much as an error of 1.",
    ),
    mistake(
        "huber",
        "train",
        edit(CRITERION, 'criterion = torch.nn.SmoothL1Loss(reduction="sum")'),
        question="Which loss does the handout name?",
    ),
    mistake(
        "residual_loss",
        "train",
        edit(LOSS, "        loss = (y_pred - y_data).sum()\n"),
        question="Can your loss be negative? Should it?",
        try_it="Print the first ten losses.",
    ),
    mistake(
        "squared_sum",
        "train",
        edit(LOSS, "        loss = (y_pred - y_data).sum() ** 2\n"),
        question="Sum the squares, or square the sum? What do errors of +1 and -1 cost "
        "together?",
    ),
    mistake(
        "caret",
        "train",
        edit(LOSS, "        loss = ((y_pred - y_data) ^ 2).sum()\n"),
        question="Which operator is a power in Python?",
    ),
    mistake(
        "flat_target",
        "train",
        edit(LOSS, "        loss = criterion(y_pred, y_data.flatten())\n"),
        same_as="flat_output",
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
        edit(LOSS, "        loss = -criterion(y_pred, y_data)\n"),
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
        "epochs_minus1",
        "train",
        edit("range(epochs)", "range(1, epochs)"),
        question="From which number to which does your loop count?",
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
        try_it="Compare the losses with lr=0.01 and with lr=0.02.",
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
        "lr_over_n",
        "train",
        edit("lr=lr", "lr=lr / len(x_data)"),
        question="How big is each step, and what scales it?",
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
        "lr_x2",
        "train",
        edit("lr=lr", "lr=2 * lr"),
        same_as="backward_twice",
    ),
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
        "grad_clip",
        "train",
        edit(
            STEP,
            "        torch.nn.utils.clip_grad_value_(model.parameters(), 1.0)\n" + STEP,
        ),
        question="Should a large gradient make a larger step?",
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
        "last_sample_dropped",
        "train",
        edit(
            FORWARD + LOSS,
            "        y_pred = model(x_data[:-1])\n"
            "        loss = criterion(y_pred, y_data[:-1])\n",
        ),
        question="How many samples does each epoch see?",
    ),
    mistake(
        "hard_data",
        "train",
        edit(
            OPTIMIZER,
            OPTIMIZER
            + "\n    x_data = torch.tensor([[1.0], [2.0], [3.0]])"
            + "\n    y_data = torch.tensor([[2.0], [4.0], [6.0]])",
        ),
        question="Which data does your loop read?",
        try_it="Train with y_data = 5 * x_data. Does the model still learn the factor 2?",
    ),
    mistake(
        "swapped_data",
        "train",
        edit("model(x_data)", "model(y_data)"),
        edit("criterion(y_pred, y_data)", "criterion(y_pred, x_data)"),
        question="Which tensor is the input, which the target?",
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
        "normalises_in_place",
        "train",
        edit(OPTIMIZER, OPTIMIZER + "\n    x_data -= x_data.mean()"),
        question="Look at x_data after calling your function.",
        try_it="Print x_data before and after train(model, x_data, y_data).",
    ),
    mistake(
        "frozen_loss",
        "train",
        edit(FORWARD + LOSS, ""),
        edit(
            EPOCH,
            "    loss = criterion(model(x_data), y_data)\n" + EPOCH,
        ),
        question="When was this loss computed, and with which weights?",
    ),
    mistake(
        "frozen_prediction",
        "train",
        edit(FORWARD, ""),
        edit(EPOCH, "    y_pred = model(x_data)\n" + EPOCH),
        edit("loss.backward()", "loss.backward(retain_graph=True)"),
        question="When was this prediction made, and with which weights?",
        try_it="Print the first five losses.",
    ),
    mistake(
        "under_no_grad",
        "train",
        edit(
            FORWARD + LOSS,
            "        with torch.no_grad():\n    " + FORWARD + "    " + LOSS,
        ),
        question="Which part of an epoch must torch remember so that backward() works?",
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
        "every_tenth_loss",
        "train",
        edit(APPEND, "        if epoch % 10 == 0:\n    " + APPEND),
        question="How many numbers should the list have after 500 epochs?",
    ),
    mistake(
        "cumulative_losses",
        "train",
        edit("losses.append(loss.item())", "losses.append(sum(losses) + loss.item())"),
        question="Is each number the loss of one epoch, or of all epochs so far?",
    ),
    mistake(
        "mean_losses",
        "train",
        edit("loss.item())", "loss.item() / len(x_data))"),
        question="Is the number you record the number you go backward from?",
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
        question="How many numbers come back: one, or one per epoch?",
        try_it="Print len(train(Model(), x_data, y_data, epochs=3)).",
    ),
    mistake(
        "list_remade_each_epoch",
        "train",
        edit(EPOCH, EPOCH + "        losses = []\n"),
        same_as="last_loss_only",
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
        "returns_model",
        "train",
        edit(RETURN, "    return model\n"),
        question="What does the handout ask train to return?",
    ),
    mistake(
        "returns_model_and_losses",
        "train",
        edit(RETURN, "    return model, losses\n"),
        question="What does the handout ask train to return, and what else do you return?",
    ),
    mistake(
        "return_in_loop",
        "train",
        edit(RETURN, "    " + RETURN),
        question="After how many epochs does your function end?",
        try_it="Print len(train(Model(), x_data, y_data, epochs=3)).",
    ),
    mistake(
        "stops_early",
        "train",
        edit(
            APPEND,
            APPEND
            + "        if epoch and losses[-1] > 0.5 * losses[-2]:\n"
            + "            break\n",
        ),
        question="Who decides when training ends: your loop or the caller?",
        try_it="Print len(train(Model(), x_data, y_data)).",
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
        "first_only",
        "predict",
        edit(PREDICT, "    return model(x).data[0][0]\n"),
        question="Three inputs go in: how many predictions come out?",
        try_it="Print predict(model, x_data).",
    ),
    mistake(
        "item",
        "predict",
        edit("return model(x)\n", "return model(x).item()\n"),
        question="What does .item() do when there is more than one number?",
        try_it="Print predict(model, x_data).",
    ),
    mistake(
        "flattens",
        "predict",
        edit("return model(x)\n", "return model(x).flatten()\n"),
        question="What shape goes in, what shape should come out?",
    ),
    mistake(
        "rounded",
        "predict",
        edit("return model(x)\n", "return torch.round(model(x), decimals=2)\n"),
        question="Keep full precision; round only when you print.",
    ),
    mistake(
        "fresh_model",
        "predict",
        edit("return model(x)\n", "return Model()(x)\n"),
        question="Which model makes your prediction: one that was trained?",
        try_it="Call predict twice with the same model and compare.",
    ),
    mistake(
        "hard_rule",
        "predict",
        edit(PREDICT, "    return 2 * x\n"),
        question="Who should know that y is 2x: you, or the model?",
        try_it="Compare predict of an untrained and of a trained model.",
    ),
    mistake(
        "predict_hard_data",
        "predict",
        edit("return model(x)\n", "return model(x_data)\n"),
        question="Which x should be used: the one you were given or the whole data set?",
    ),
    mistake(
        "prints_no_return",
        "predict",
        edit("return model(x)\n", "print(model(x))\n"),
        question="Printing shows a value; what does the caller get back?",
    ),
    mistake(
        "predict_trains",
        "predict",
        edit(PREDICT, "    train(model, x_data, y_data, epochs=5)\n" + PREDICT),
        question="Does the model give the same answer before and after you asked it?",
        try_it="Call predict twice with the same model and compare.",
    ),
    mistake(
        "predict_in_place",
        "predict",
        edit(
            PREDICT,
            "    weight, bias = [p.detach() for p in model.parameters()]\n"
            "    x *= weight.reshape(1)\n"
            "    x += bias\n"
            "    return x\n",
        ),
        question="Look at x after calling your function.",
        try_it="x = torch.tensor([[4.0]]); predict(model, x); print(x).",
    ),
]

MISTAKES = MODEL_MISTAKES + TRAIN_MISTAKES + PREDICT_MISTAKES
