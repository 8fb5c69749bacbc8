# %% [markdown]
# # Linear regression in PyTorch
#
# Until now you wrote the model, the loss and the update yourself. torch has a ready
# part for each of them, and nearly every program written with torch is put together
# from these parts, in four steps:
#
# 1. **Design a model**: a class that turns inputs into predictions.
# 2. **Choose a loss and an optimizer.**
# 3. **Train** the model.
# 4. **Test** it on an input that it has never seen.
#
# The model also grows a little. With a weight *and* a bias it is a full straight line:
#
# $$\hat{y} = w\,x + b$$
#
# Write each function where its body says "not written yet". Keep the names and the
# order of the parameters. To check your work against the lesson's numbers, run
#
#     grader check linear_regression.py
#
# (or `linear_regression.ipynb`). The checks that decide your grade use other data,
# other starts, another learning rate and another number of epochs.
#
# You may import Python's standard library, torch, numpy, matplotlib and tqdm. Where
# this is graded there is no other library, no GPU and no network; files that your
# program writes are gone when it ends.

# %%
import torch

# %% [markdown]
# ## The lesson's data
#
# Three samples of $y = 2x$, now as tensors with **one row per sample and one column per
# feature**. Inputs and targets are float32 tensors of the same shape, `[n, 1]`; here
# $n = 3$.

# %%
x_data = torch.tensor([[1.0], [2.0], [3.0]])
y_data = torch.tensor([[2.0], [4.0], [6.0]])

# %% [markdown]
# ## 1. Design a model
#
# A model is a subclass of `torch.nn.Module`. What it learns is created in `__init__`:
# a part such as `torch.nn.Linear` brings its own parameters, and the module finds them
# by itself, so that `model.parameters()` can hand them to an optimizer. `forward` says
# how they turn an input into a prediction. You call the model as if it were a function:
# `model(x)` runs your `forward(x)`.
#
# What is agreed:
#
# - `Model` has one input and one output, and learns two numbers: one weight and one
#   bias. How you name and store them is up to you.
# - `model(x)` takes `x` of shape `[n, 1]` and returns $w\,x + b$ for each row, again of
#   shape `[n, 1]`. Any `n` must work.
# - Where the parameters start does not matter; torch's own random start is fine.


# %%
class Model(torch.nn.Module):
    r"""A line, $\hat{y} = w x + b$, with one weight and one bias to learn."""

    def __init__(self):
        """Create the parameters that the model learns."""
        super().__init__()
        raise NotImplementedError("Model: not written yet")

    def forward(self, x):
        r"""Return the predictions $\hat{y} = w x + b$, row by row.

        Args:
            x: the inputs, a float32 tensor of shape [n, 1].

        Returns:
            The predictions, a tensor of shape [n, 1], connected to the parameters.
        """
        raise NotImplementedError("Model: not written yet")


# %% [markdown]
# ## 2. and 3. Choose a loss and an optimizer, and train
#
# The loss is the **sum** of the squared errors over all samples,
#
# $$L(w, b) = \sum_{i=1}^{n} (\hat{y}_i - y_i)^2$$
#
# which torch has as `torch.nn.MSELoss(reduction="sum")`. The optimizer is plain gradient
# descent, `torch.optim.SGD`, with the learning rate $\eta$ that `train` is given:
#
# $$w \leftarrow w - \eta\,\frac{\partial L}{\partial w}, \qquad
#   b \leftarrow b - \eta\,\frac{\partial L}{\partial b}$$
#
# An epoch looks at the **whole batch** at once and makes **one** update. It has a fixed
# rhythm: predict, measure the loss, clear the old gradients, go backward, take a step.
# Before you write it, ask yourself what each of the last three reads and what it writes.
#
# What is agreed:
#
# - `train` trains the model it was given, in place: after the call, `model` itself
#   predicts better. Called a second time, it goes on from there.
# - `x_data` and `y_data` are float32 tensors of shape `[n, 1]`; they stay as they are.
# - `losses` is a list with one number per epoch: the loss of that epoch's backward pass,
#   taken before the update that follows it.
# - Return `losses`. You may print what you like on the way.


# %%
def train(model, x_data, y_data, lr=0.01, epochs=500):
    r"""Minimise $\sum_i (\hat{y}_i - y_i)^2$ by SGD, one update per epoch, in place.

    Args:
        model: the model to train.
        x_data: the inputs, a float32 tensor of shape [n, 1].
        y_data: the targets, a float32 tensor of shape [n, 1].
        lr: the learning rate $\eta$.
        epochs: how many updates to make, each on the whole batch.

    Returns:
        `losses`, a list of `epochs` numbers: each epoch's loss before its update.
    """
    raise NotImplementedError("train: not written yet")


# %% [markdown]
# ## 4. Test the model
#
# Once trained, the model is used, not changed: nobody will go backward from a test
# prediction, so torch need not remember how it was made. `torch.no_grad()` switches that
# memory off for the lines inside it.
#
# `predict` returns what `model(x)` returns, of shape `[n, 1]`, without a graph: the
# result does not require grad. Neither the model nor `x` is changed.


# %%
def predict(model, x):
    r"""Return $\hat{y} = w x + b$ of a trained model, without a graph.

    Args:
        model: the model to ask.
        x: the inputs, a float32 tensor of shape [n, 1].

    Returns:
        The predictions, a tensor of shape [n, 1] that does not require grad.
    """
    raise NotImplementedError("predict: not written yet")


# %% [markdown]
# ## Try it
#
# When all three are written, run this in a cell of your own:
#
#     model = Model()
#     losses = train(model, x_data, y_data)
#     print(losses[:10], losses[-1])
#     print(predict(model, torch.tensor([[4.0]])))
#
# The model never saw $x = 4$, and yet it answers close to 8, from whatever random start
# it had. Run it twice: which of the printed numbers change, and which hardly do?
