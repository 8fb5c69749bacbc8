# %% [markdown]
# # Back propagation by hand
#
# A model with one weight: from an input $x$ it predicts
#
# $$\hat{y} = w\,x$$
#
# Training looks for the $w$ whose predictions come close to the targets $y$. It repeats
# four small things: predict, measure the error, find out in which direction the error
# grows, and move $w$ a little the other way. You write one function for each.
# No autograd here: plain numbers, and the derivative worked out on paper.
#
# Write each function where its body says "not written yet". Keep the names and the
# order of the parameters. To check your work against the lesson's numbers, run
#
#     grader check backprop.py
#
# (or `backprop.ipynb`). The checks that decide your grade use other data, another
# start, another learning rate and another number of epochs.
#
# You may import Python's standard library, torch, numpy, matplotlib and tqdm. Where
# this is graded there is no other library, no GPU and no network; files that your
# program writes are gone when it ends.

# %% [markdown]
# ## The lesson's data
#
# Three samples of $y = 2x$. A good $w$ is 2, and training starts from $w = 1$.

# %%
x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]

# %% [markdown]
# ## 1. Predict
#
# $$\hat{y} = w\,x$$
#
# `w` and `x` are one number each, whole (`int`) or decimal (`float`). Return one
# number. With the lesson's numbers, `forward(1, 4)` is 4.


# %%
def forward(w, x):
    r"""Return the prediction $\hat{y} = w x$.

    Args:
        w: the weight, one number.
        x: the input, one number.

    Returns:
        The prediction, one number.
    """
    raise NotImplementedError("forward: not written yet")


# %% [markdown]
# ## 2. Measure the error
#
# The loss of one sample is the square of the residual, prediction minus target:
#
# $$L(w) = (\hat{y} - y)^2 = (w\,x - y)^2$$
#
# `w`, `x` and `y` are one number each, `int` or `float`. Return one number. At $w = 1$
# the three samples of the lesson have the losses 1, 4 and 9.


# %%
def loss(w, x, y):
    r"""Return the squared error $(w x - y)^2$ of one sample.

    Args:
        w: the weight, one number.
        x: the sample's input, one number.
        y: the sample's target, one number.

    Returns:
        The loss, one number.
    """
    raise NotImplementedError("loss: not written yet")


# %% [markdown]
# ## 3. Find the direction
#
# The gradient says how fast the loss of one sample rises when $w$ rises. The square is
# the outer function, $w\,x - y$ the inner one, and the chain rule multiplies both
# derivatives:
#
# $$\frac{\partial L}{\partial w}
#   = \frac{\partial}{\partial w}(w\,x - y)^2
#   = 2\,(w\,x - y)\cdot\frac{\partial}{\partial w}(w\,x - y)
#   = 2\,x\,(w\,x - y)$$
#
# `w`, `x` and `y` are one number each, `int` or `float`. Return one number. At $w = 1$
# the three samples of the lesson have the gradients -2, -8 and -18: negative, so a
# larger $w$ makes the loss smaller.


# %%
def gradient(w, x, y):
    r"""Return the slope $\partial L / \partial w = 2 x (w x - y)$ of one sample's loss.

    Args:
        w: the weight, one number.
        x: the sample's input, one number.
        y: the sample's target, one number.

    Returns:
        The derivative of `loss(w, x, y)` by `w`, one number.
    """
    raise NotImplementedError("gradient: not written yet")


# %% [markdown]
# ## 4. Train
#
# Go through the samples, one after the other, and after **each** sample move the
# weight against that sample's gradient. The learning rate $\eta$ (`lr`) scales the
# step:
#
# $$w \leftarrow w - \eta\,\frac{\partial L}{\partial w}$$
#
# One pass over all samples is an epoch. In every epoch
#
# 1. for every pair of `x_data` and `y_data`: compute the loss and the gradient with the
#    weight as it is now, then update the weight;
# 2. after the last pair, note one number in `losses`.
#
# What is agreed:
#
# - `w` is the number to start from; `x_data` and `y_data` are lists or one-dimensional
#   NumPy arrays of equal length `n`, of whole or decimal numbers.
# - Samples are visited in the order given.
# - `losses` has one plain number per epoch: the loss of that epoch's last sample, taken
#   before the update that follows it.
# - `x_data` and `y_data` stay as they are.
# - Return the final weight and the losses, `(w, losses)`, in this order.
#
# From $w = 1$ on the lesson's data, ten epochs with `lr=0.01` end near $w = 1.9512$,
# and the losses fall from 7.3159 to 0.0319. (They are printed with four decimals here.
# Return them in full.)


# %%
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    r"""Train by $w \leftarrow w - \eta \cdot 2 x (w x - y)$, one update per sample.

    Args:
        w: the weight to start from, one number.
        x_data: the inputs, n numbers.
        y_data: the targets, n numbers.
        lr: the learning rate $\eta$.
        epochs: how often to go through all samples.

    Returns:
        `(w, losses)`: the final weight, one number, and a list of `epochs` numbers, for
        each epoch the loss of its last sample before the update that follows it.
    """
    raise NotImplementedError("back_prop: not written yet")
