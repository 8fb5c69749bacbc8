"""Homework 3, part 4: the same with autograd."""

import torch


def forward(w, x):
    """Prediction of the model y = w * x."""
    return w * x


def loss(w, x, y):
    """Squared error of one sample."""
    return (forward(w, x) - y) ** 2


def train(w, x_data, y_data, lr=0.01, epochs=10):
    """Stochastic gradient descent, one update per sample."""
    losses = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            sample_loss = loss(w, x, y)
            sample_loss.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(sample_loss.item())
    return w, losses


if __name__ == "__main__":
    w = torch.tensor([1.0], requires_grad=True)
    w, losses = train(w, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    print(w.item(), losses)
