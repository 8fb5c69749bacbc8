# %%
import numpy as np
from tables import table_in


# %%
def add(x, y):
    """Return the sum of two numbers or arrays."""
    # BEGIN SOLUTION
    return x + y
    # END SOLUTION


# %%
def softmax_loss(Z, y):
    """Return the mean loss of logits Z (n, k) for classes y (n,)."""
    # BEGIN SOLUTION
    largest = Z.max(axis=1)
    sums = np.exp(Z - largest[:, None]).sum(axis=1)
    return (np.log(sums) + largest - Z[np.arange(len(y)), y]).mean()
    # END SOLUTION


# %%
def softmax_regression_epoch(X, y, theta, lr=0.1, batch=100):
    """Run one epoch of SGD: batches in their order, theta (d, k) changed in place."""
    # BEGIN SOLUTION
    for start in range(0, len(X), batch):
        x, labels = X[start : start + batch], y[start : start + batch]
        p = np.exp(x @ theta)
        p /= p.sum(axis=1, keepdims=True)
        p[np.arange(len(labels)), labels] -= 1
        theta -= lr * x.T @ p / len(labels)
    # END SOLUTION


# %%
def read_points(file):
    """Return X, each column scaled to 0..1, and the labels, from a file."""
    # BEGIN SOLUTION
    table = table_in(file)
    X, y = table[:, :-1], table[:, -1].astype(np.int64)
    low, high = X.min(axis=0), X.max(axis=0)
    return (X - low) / (high - low), y
    # END SOLUTION


# %%
def save(theta, file):
    """Write theta to a file, one row per line."""
    # BEGIN SOLUTION
    np.savetxt(file, theta, delimiter=",")
    # END SOLUTION
