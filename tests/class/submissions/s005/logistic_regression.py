import numpy as np
import torch
from torch import nn


def forward(w, x, b):
    return np.multiply(w, x) + b


def sigmoid(Z):
    # tanh never overflows
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(Z, dtype=float)))


def CE_Loss(yhat_, y_, p=False):
    a, y = np.ravel(yhat_), np.ravel(y_)
    if p:
        for ai, yi in zip(a, y):
            print("term:", -(yi * np.log(ai) + (1 - yi) * np.log(1 - ai)))
    return -(np.dot(y, np.log(a)) + np.dot(1 - y, np.log(1 - a))) / len(y)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid())

    def forward(self, x):
        return self.net(x)


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    loss_fn = nn.BCELoss()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    history = []
    for _ in range(epochs):
        loss = loss_fn(model(x_data), y_data)
        model.zero_grad()
        loss.backward()
        opt.step()
        history.append(float(loss))
    return history


def predict(model, x):
    return model(x).detach()


def classify(model, x):
    return (predict(model, x) > 0.5).float()


X = torch.arange(1.0, 5.0).reshape(-1, 1)
net = Model()
h = train(net, X, (X > 2.5).float())
print(h[0], h[-1])
