import numpy as np
import torch

X = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
Y = torch.tensor([[0.0], [0.0], [1.0], [1.0]])
LR = 0.01
CRITERION = torch.nn.BCELoss()
EPS = 1e-12

def forward(w, x, b):
    return w * x + b

def sigmoid(Z):
    return np.reciprocal(1.0 + np.exp(-np.array(Z, float)))

def CE_Loss(yhat_, y_, p=False):
    global last_loss
    yhat = np.clip(yhat_, EPS, 1 - EPS)
    y = np.array(y_)
    l = -np.where(y == 1, np.log(yhat), np.log(1 - yhat))
    if p is True:
        for i in range(len(l)):
            print(i, l[i])
    last_loss = l.mean()
    return last_loss

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))

def train(model, x_data, y_data, lr=LR, epochs=1000):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for e in range(epochs):
        l = CRITERION(model(x_data), y_data)
        optimizer.zero_grad()
        l.backward()
        optimizer.step()
        losses.append(l.item())
    return losses

def predict(model, x):
    with torch.no_grad():
        return model(x)

def classify(model, x):
    return torch.heaviside(predict(model, x) - 0.5, torch.tensor(0.0))

def main():
    model = Model()
    print(train(model, X, Y)[-1])
    print(classify(model, torch.tensor([[1.0], [7.0]])))
    torch.set_num_threads(1)

main()
