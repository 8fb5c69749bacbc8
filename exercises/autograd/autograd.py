# %% [markdown]
# # Back propagation with autograd
#
# The model is still $\hat{y} = w\,x$, the loss still $(\hat{y} - y)^2$. What changes is
# who works out the derivative. When `w` is a tensor that requires grad, torch remembers
# every operation that `w` takes part in. `loss.backward()` walks back over this record,
# the computational graph, and leaves $\partial L / \partial w$ in `w.grad`.
#
# Write each function where its body says "not written yet". Keep the names and the
# order of the parameters. To check your work against the lesson's numbers, run
#
#     grader check autograd.py
#
# (or `autograd.ipynb`). The checks that decide your grade use other data, another
# start, another learning rate and another number of epochs.
#
# You may import Python's standard library, torch, numpy, matplotlib and tqdm. Where
# this is graded there is no other library, no GPU and no network; files that your
# program writes are gone when it ends.

# %%
import torch

# %% [markdown]
# ## The lesson's data
#
# Three samples of $y = 2x$. The lesson starts from $w = 1$, that is
# `torch.tensor([1.0], requires_grad=True)`: one element, shape `[1]`.

# %%
x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]

# %% [markdown]
# ## 1. Predict
#
# $$\hat{y} = w\,x$$
#
# `w` is a tensor of shape `[1]` that requires grad. `x` is one number: an `int`, a
# `float`, or a tensor that holds a single number (an element of a one-dimensional
# tensor). Return a tensor with one element that still knows where it came from, so
# that `backward()` can find the way back to `w`. With $w = 1$, `forward(w, 4)` is
# `tensor([4.])`.


# %%
def forward(w, x):
    r"""Return the prediction $\hat{y} = w x$, with its graph.

    Args:
        w: the weight, a tensor of shape [1] that requires grad.
        x: the input, one number.

    Returns:
        The prediction, a tensor with one element, connected to `w`.
    """
    raise NotImplementedError("forward: not written yet")


# %% [markdown]
# ## 2. Measure the error
#
# $$L(w) = (\hat{y} - y)^2$$
#
# `w` and `x` are as in `forward`, and `y` is one number of the same kinds as `x`.
# Return a tensor with one element and with its graph: `loss(w, x, y).backward()` must
# leave $2\,x\,(w\,x - y)$ in `w.grad`.


# %%
def loss(w, x, y):
    r"""Return the squared error $(w x - y)^2$ of one sample, with its graph.

    Args:
        w: the weight, a tensor of shape [1] that requires grad.
        x: the sample's input, one number.
        y: the sample's target, one number.

    Returns:
        The loss, a tensor with one element, connected to `w`.
    """
    raise NotImplementedError("loss: not written yet")


# %% [markdown]
# ## 3. Train
#
# As before, one update after **each** sample:
#
# $$w \leftarrow w - \eta\,\frac{\partial L}{\partial w}$$
#
# For every sample, compute the loss and let torch find the gradient, then take the
# step. Two things are easy to miss:
#
# - `backward()` *adds* to `w.grad`. What an earlier sample left there has to go before
#   the next one adds to it.
# - The step is arithmetic on the weight, not a part of the model. It must not be
#   recorded: work on `w.data`, or under `torch.no_grad()`.
#
# What is agreed:
#
# - `w` is the weight to start from, a tensor of shape `[1]` that requires grad;
#   `x_data` and `y_data` are lists of whole or decimal numbers, or one-dimensional
#   tensors, of equal length `n`.
# - Samples are visited in the order given.
# - `losses` has one plain number per epoch: the loss of that epoch's last `backward()`,
#   taken before the update that follows it.
# - Only what you return counts: the tensor that was passed in as `w` may change or stay
#   as it is, and the final weight may come back in any form that holds that one number,
#   as a tensor or as what `.item()` gives. `x_data` and `y_data` stay as they are.
# - Return the final weight and the losses, `(w, losses)`, in this order.
#
# From $w = 1$ on the lesson's data, ten epochs with `lr=0.01` end near $w = 1.9512$,
# and the losses fall from 7.3159 to 0.0319. (They are printed with four decimals here.
# Return them in full.)


# %%
def train(w, x_data, y_data, lr=0.01, epochs=10):
    r"""Train by $w \leftarrow w - \eta\,\partial L / \partial w$, sample by sample.

    Args:
        w: the weight to start from, a tensor of shape [1] that requires grad.
        x_data: the inputs, n numbers.
        y_data: the targets, n numbers.
        lr: the learning rate $\eta$.
        epochs: how often to go through all samples.

    Returns:
        `(w, losses)`: the final weight, and a list of `epochs` numbers, for each epoch
        the loss of its last backward pass before the update that follows it.
    """
    raise NotImplementedError("train: not written yet")
