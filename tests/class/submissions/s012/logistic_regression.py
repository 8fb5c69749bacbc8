import numpy as np
import torch


def forward(w, x, b):
    return b + x * w


def sigmoid(Z):
    e = np.exp(np.asarray(Z, dtype=float))
    return e / (1 + e)


def CE_Loss(yhat_, y_, p=False):
    t = []
    for a, y in zip(yhat_, y_):
        if y == 1:
            t.append(-np.log(a))
        else:
            t.append(-np.log(1 - a))
    if p:
        for v in t:
            print(v)
    return np.mean(t)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.l = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.l(x))


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    c = torch.nn.BCELoss(reduction="mean")
    o = torch.optim.SGD(model.parameters(), lr=lr)
    ls = []
    for ep in range(epochs):
        l = c(model(x_data), y_data)
        o.zero_grad()
        l.backward()
        o.step()
        ls += [l.item()]
    return ls


def predict(model, x):
    model.eval()
    with torch.no_grad():
        return model(x)


def classify(model, x):
    return torch.where(predict(model, x) >= 0.5, 1.0, 0.0)
