# %%
import torch
from model import Net


# %%
def descend(parameters, lr):
    """One step of gradient descent, in place; afterwards no gradient is left."""
    # BEGIN SOLUTION
    with torch.no_grad():
        for p in parameters:
            p -= lr * p.grad
            p.grad = None
    # END SOLUTION


# %%
def fit(net, x, y, lr=0.1, steps=10):
    """Train on all of x and y at once by cross entropy; the loss before each step."""
    # BEGIN SOLUTION
    losses = []
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        descend(net.parameters(), lr)
        losses.append(loss.item())
    return losses
    # END SOLUTION


# %%
def trained(x, y, hidden=4, lr=0.1, steps=10):
    """A new network for the columns of x and the classes in y, and its losses."""
    # BEGIN SOLUTION
    net = Net(x.shape[1], hidden, int(y.max()) + 1)
    return net, fit(net, x, y, lr, steps)
    # END SOLUTION
