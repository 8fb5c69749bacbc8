import math
import numpy as np
import torch

def forward(w, x, b):
    return w * x + b

def sigmoid(Z):
    return 1 / (1 + math.exp(-Z))

print(sigmoid(0.0), sigmoid(2.0))

def CE_Loss(yhat_, y_, p=False):
    loss_sum = 0
    for i, (a, y) in enumerate(zip(yhat_, y_)):
        l = -math.log(a) * y - math.log(1 - a) * (1 - y)
        loss_sum += l
        if p:
            print(f"sample {i}: {l}")
    return loss_sum / len(yhat_)

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))

def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    all_losses = []
    for epoch in range(epochs):
        l = criterion(model(x_data), y_data)
        optimizer.zero_grad()
        l.backward()
        optimizer.step()
        all_losses.append(l.item())
    return all_losses

def predict(model, x):
    with torch.no_grad():
        return model(x)

def classify(model, x):
    return predict(model, x).round()
