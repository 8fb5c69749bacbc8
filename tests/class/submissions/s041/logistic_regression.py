import math

import numpy as np
import torch


def forward(w, x, b):
    return w * x + b


def sigmoid(Z):
    out = []
    for z in np.array(Z).flatten():
        if z < -700:
            out.append(0.0)
        else:
            out.append(1 / (1 + math.exp(-z)))
    return out


def CE_Loss(yhat_, y_, p=False):
    print("epoch | term")
    total = 0
    for a, y in zip(yhat_, y_):
        term = -(y * np.log(a) + (1 - y) * np.log(1 - a))
        print("      |", term)
        total += term
    return total / len(yhat_)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        l = criterion(model(x_data), y_data)
        optimizer.zero_grad()
        l.backward()
        optimizer.step()
        losses.append(l.item())
        if epoch % 100 == 0:
            print(f"{epoch:5} | {l.item():.4f}")
    return losses


def predict(model, x):
    with torch.no_grad():
        return model(x)


def classify(model, x):
    return predict(model, x).round()
