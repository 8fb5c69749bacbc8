# %% [markdown]
# # Logistic regression in PyTorch
#
# A linear model answers with any number. Often the question is *yes or no*: does this
# sample belong to class 1, or to class 0? Logistic regression keeps the line and sends
# its result through the **sigmoid**, which squeezes every number into the open interval
# from 0 to 1, so that it can be read as a probability:
#
# $$x \;\rightarrow\; \text{linear} \;\rightarrow\; \text{sigmoid} \;\rightarrow\;
#   \hat{y}$$
#
# Round the probability, and you have the class. The squared error goes, too: for
# probabilities one uses the **cross entropy**.
#
# You will write the pieces by hand with numpy first (1 to 3), and then let torch do the
# same work (4 to 6). Write each function where its body says "not written yet". Keep the
# names and the order of the parameters. To check your work against the lesson's numbers,
# run
#
#     grader check logistic_regression.py
#
# (or `logistic_regression.ipynb`). The checks that decide your grade use other data,
# other starts, another learning rate and another number of epochs.
#
# You may import Python's standard library, torch, numpy, matplotlib and tqdm. Where
# this is graded there is no other library, no GPU and no network; files that your
# program writes are gone when it ends.

# %%
import numpy as np
import torch

# %% [markdown]
# ## 1. The line
#
# $$z = w\,x + b$$
#
# `w` and `b` are numbers. `x` is one number, or an array of inputs of any shape; the
# result is then an array of that shape. With $w = 1$ and $b = 0$, `forward(1, 4, 0)` is 4.


# %%
def forward(w, x, b):
    r"""Return $z = w x + b$.

    Args:
        w: the weight, one number.
        x: the input, one number or an array.
        b: the bias, one number.

    Returns:
        One number, or an array of the shape of `x`.
    """
    raise NotImplementedError("forward: not written yet")


# %% [markdown]
# ## 2. The sigmoid
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# It is 0.5 at $z = 0$, close to 1 for large $z$, and close to 0 for very negative $z$.
#
# What is agreed:
#
# - `Z` is a list of numbers or an array of any shape; `sigmoid` returns an array of that
#   shape, each entry computed for itself.
# - The result is right at $\pm 1000$ as well: 1 and 0 there, never `nan`. Work out what
#   your formula computes on the way when $e^{1000}$ no longer fits into a float.
# - `Z` stays as it is.


# %%
def sigmoid(Z):
    r"""Return $\sigma(z) = 1 / (1 + e^{-z})$ of every entry.

    Args:
        Z: a list of numbers, or an array of any shape.

    Returns:
        An array of the shape of `Z`, with numbers from 0 to 1.
    """
    raise NotImplementedError("sigmoid: not written yet")


# %% [markdown]
# ## 3. The cross entropy
#
# $$L = -\frac{1}{N} \sum_{i=1}^{N}
#   \big[\, y_i \log \hat{y}_i + (1 - y_i) \log (1 - \hat{y}_i) \,\big]$$
#
# with the natural logarithm. Since $y_i$ is 0 or 1, only one of the two terms counts for
# each sample: the logarithm of the probability that the model gave to the right answer.
# The surer the model was of the wrong answer, the more it pays.
#
# What is agreed:
#
# - `yhat_` (the predicted probabilities) and `y_` (the labels, 0 or 1) are two lists or
#   two one-dimensional arrays of the same length `N`.
# - `CE_Loss` is never called with a prediction of exactly 0 or 1.
# - With `p=True` it also prints the term of each sample, worded as you like; else it
#   prints nothing. What it returns is the same in both cases, one number.
# - `yhat_` and `y_` stay as they are.
#
# In the lesson's example the terms are 1.6094, 0.2231, 0.1054 and 2.3026, and the loss is
# 1.0601:
#
#     CE_Loss([0.2, 0.8, 0.1, 0.9], [1, 1, 0, 0], True)


# %%
def CE_Loss(yhat_, y_, p=False):
    r"""Return the mean of $-[y \log \hat{y} + (1 - y) \log (1 - \hat{y})]$.

    Args:
        yhat_: the predictions, N numbers between 0 and 1, both excluded.
        y_: the labels, N numbers, 0 or 1.
        p: whether to print the term of each sample, too.

    Returns:
        The loss, one number.
    """
    raise NotImplementedError("CE_Loss: not written yet")


# %% [markdown]
# ## 4. The model in torch
#
# The lesson's data: four inputs, of which the larger two belong to class 1. As in linear
# regression, inputs and labels are float32 tensors of shape `[n, 1]`.

# %%
x_data = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
y_data = torch.tensor([[0.0], [0.0], [1.0], [1.0]])

# %% [markdown]
# Now the model, a line with a sigmoid behind it:
#
# $$\hat{y} = \sigma(w\,x + b)$$
#
# What is agreed:
#
# - `Model` has one input and one output, and learns two numbers: one weight and one
#   bias. How you name and store them is up to you.
# - `model(x)` takes `x` of shape `[n, 1]` and returns a **probability** for each row,
#   again of shape `[n, 1]`: the sigmoid belongs to the model. Any `n` must work.
# - Where the parameters start does not matter; torch's own random start is fine.


# %%
class Model(torch.nn.Module):
    r"""A line and a sigmoid, $\hat{y} = \sigma(w x + b)$: two numbers to learn."""

    def __init__(self):
        """Create the parameters that the model learns."""
        super().__init__()
        raise NotImplementedError("Model: not written yet")

    def forward(self, x):
        r"""Return the probabilities $\hat{y} = \sigma(w x + b)$, row by row.

        Args:
            x: the inputs, a float32 tensor of shape [n, 1].

        Returns:
            The probabilities of class 1, a tensor of shape [n, 1], connected to the
            parameters.
        """
        raise NotImplementedError("Model: not written yet")


# %% [markdown]
# ## 5. Train
#
# The loss is the cross entropy of section 3, the **mean** over the samples, which torch
# has as `torch.nn.BCELoss()`. The optimizer is plain gradient descent, `torch.optim.SGD`,
# with the learning rate that `train` is given. An epoch looks at the **whole batch** at
# once and makes **one** update.
#
# What is agreed:
#
# - `train` trains the model it was given, in place: after the call, `model` itself
#   predicts better. Called a second time, it goes on from there.
# - `x_data` and `y_data` are float32 tensors of shape `[n, 1]`, the labels 0 or 1; they stay
#   as they are.
# - `losses` is a list with one number per epoch: the loss of that epoch's backward pass,
#   taken before the update that follows it.
# - Return `losses`. You may print what you like on the way.


# %%
def train(model, x_data, y_data, lr=0.01, epochs=1000):
    r"""Minimise the mean cross entropy by SGD, one update per epoch, in place.

    Args:
        model: the model to train.
        x_data: the inputs, a float32 tensor of shape [n, 1].
        y_data: the labels, a float32 tensor of shape [n, 1], 0 or 1.
        lr: the learning rate.
        epochs: how many updates to make, each on the whole batch.

    Returns:
        `losses`, a list of `epochs` numbers: each epoch's loss before its update.
    """
    raise NotImplementedError("train: not written yet")


# %% [markdown]
# ## 6. Ask the trained model
#
# `predict` returns what `model(x)` returns, probabilities of shape `[n, 1]`, without a
# graph: the result does not require grad.
#
# `classify` goes one step further and rounds each probability: 1. where class 1 is the
# likelier one, else 0., again of shape `[n, 1]`.
#
# Neither changes the model or `x`.


# %%
def predict(model, x):
    r"""Return the probabilities $\hat{y} = \sigma(w x + b)$, without a graph.

    Args:
        model: the model to ask.
        x: the inputs, a float32 tensor of shape [n, 1].

    Returns:
        The probabilities of class 1, a tensor of shape [n, 1] that does not require
        grad.
    """
    raise NotImplementedError("predict: not written yet")


# %%
def classify(model, x):
    r"""Return the classes: $\hat{y}$ rounded to 0. or 1.

    Args:
        model: the model to ask.
        x: the inputs, a float32 tensor of shape [n, 1].

    Returns:
        The likelier class of each row, 0. or 1., a tensor of shape [n, 1].
    """
    raise NotImplementedError("classify: not written yet")


# %% [markdown]
# ## Try it
#
# When everything is written, run this in a cell of your own:
#
#     model = Model()
#     losses = train(model, x_data, y_data)
#     print(losses[0], losses[-1])
#     x_test = torch.tensor([[1.0], [7.0]])
#     print(predict(model, x_test), classify(model, x_test))
#
# After 1000 epochs the lesson's model gives 0.2981 at $x = 1$ and 0.9880 at $x = 7$. Yours
# started elsewhere and gives other numbers. It may even still be wrong at $x = 2$. What
# would you change so that it gets further?
