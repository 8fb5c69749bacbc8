import numpy as np
import torch

def forward(w, x, b):
    return w*x + b

def sigmoid(Z):
    Z = np.asarray(Z)
    Z *= -1
    return 1/(1 + np.exp(Z))

def CE_Loss(yhat_, y_, p=False):
    termen = []
    for yh, y in zip(yhat_, y_):
        termen.append(-(y*np.log(yh) + (1 - y)*np.log(1 - yh)))
    if p:
        print("termen:", termen, "gemiddelde:", np.mean(termen))
    return np.mean(termen)

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.laag = torch.nn.Linear(1, 1)
    def forward(self, x):
        return torch.sigmoid(self.laag(x))

def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    verlies = []
    for epoch in range(epochs):
        l = criterion(y_data, model(x_data))
        optimizer.zero_grad()
        l.backward()
        optimizer.step()
        verlies.append(l.item())
    return verlies

def predict(model, x):
    return model(x).detach()

def classify(model, x):
    return predict(model, x).round()
