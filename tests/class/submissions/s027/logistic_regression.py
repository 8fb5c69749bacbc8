import numpy as np
import torch
import torch.nn as nn

forward = lambda w, x, b: w*x + b

def sigmoid(Z):
    e = np.exp(Z - np.max(Z))
    return e/np.sum(e)

def CE_Loss(yhat_, y_, p=False):
    pairs = list(zip(yhat_, y_))
    terms = [-np.log(a if y == 1 else 1 - a) for a, y in pairs]
    if p: print("terms", terms)
    return sum(terms)/len(terms)

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)
    def forward(self, x):
        z = self.linear(x)
        return 1/(1 + torch.exp(-z))

def train(model, x_data, y_data, lr=0.01, epochs=1000):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy(model(x_data), y_data)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

predict = lambda model, x: model(x).detach()
classify = lambda model, x: predict(model, x).round()
