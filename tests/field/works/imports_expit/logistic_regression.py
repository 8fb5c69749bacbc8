from scipy.special import expit
import numpy as np
import torch


def forward(w, x, b):
    return w * x + b


def sigmoid(Z):
    return expit(np.asarray(Z, dtype=float))


def CE_Loss(yhat_, y_, p=False):
    terms = [
        -(y * np.log(yhat) + (1 - y) * np.log(1 - yhat))
        for yhat, y in zip(yhat_, y_)
    ]
    if p:
        for number, term in enumerate(terms, 1):
            print(f"sample {number}: {term:.3f}")
    return sum(terms) / len(terms)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


def train(model, x_data, y_data, lr=0.01, epochs=1000):
    loss_function = torch.nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        loss = loss_function(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def predict(model, x):
    with torch.no_grad():
        return model(x)


def classify(model, x):
    return (model(x) >= 0.5).float()
