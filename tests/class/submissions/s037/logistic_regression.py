import numpy as np
import torch


def forward(w, x, b):
    return w * x + b


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.asarray(Z)))


def CE_Loss(yhat_, y_, p=False):
    y, a = np.asarray(y_), np.asarray(yhat_)
    each = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    if p:
        [print(e) for e in each]
    return np.sum(each) / (len(y) - 1)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.layer(x))


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = criterion(model(x_data), y_data)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def predict(model, x):
    with torch.no_grad():
        return model(x)


def classify(model, x):
    return predict(model, x).round()
