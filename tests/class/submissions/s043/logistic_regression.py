import numpy as np
import torch

def forward(w, x, b):
    return w*x + b

def sigmoid(Z):
    return 0.5*(1 + np.tanh(np.array(Z, dtype=float)))

def CE_Loss(yhat_, y_, p=False):
    N = len(y_)
    total = 0.
    for i in range(N):
        l = -(y_[i]*np.log(yhat_[i]) + (1 - y_[i])*np.log(1 - yhat_[i]))
        if p:
            print(i, l)
        total += l/N
    return total

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)
    def forward(self, x):
        return torch.softmax(self.linear(x), dim=1)

def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        y_pred = model(x_data)
        loss = criterion(y_pred, y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

def predict(model, x):
    return model(x).data

def classify(model, x):
    return predict(model, x).round()
