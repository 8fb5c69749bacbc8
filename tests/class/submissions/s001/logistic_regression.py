"""Homework 3, part 6: logistic regression."""

import numpy as np
import torch


def forward(w, x, b):
    """The linear part."""
    return w * x + b


def sigmoid(Z):
    """Element-wise logistic function, without overflow."""
    Z = np.asarray(Z, dtype=float)
    small = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1 / (1 + small), small / (1 + small))


def CE_Loss(yhat_, y_, p=False):
    """Mean cross entropy; prints each term if p."""
    yhat = np.asarray(yhat_, dtype=float)
    y = np.asarray(y_, dtype=float)
    terms = -(y * np.log(yhat) + (1 - y) * np.log(1 - yhat))
    if p:
        print(*terms.ravel(), sep="\n")
    return terms.mean()


class Model(torch.nn.Module):
    """Linear, then sigmoid."""

    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    """Full-batch SGD on the BCE loss; returns the losses."""
    criterion = torch.nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        value = criterion(model(x_data), y_data)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses


def predict(model, x):
    """Probabilities."""
    with torch.no_grad():
        return model(x)


def classify(model, x):
    """0. or 1."""
    return predict(model, x).round()
