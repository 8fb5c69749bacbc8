import numpy as np
import torch

def forward(w, x, b):
    return w*x + b

def sigmoid(Z):
    Z = np.asarray(Z)
    return 1/(1 + np.exp(-Z))

def CE_Loss(yhat_, y_, p=False):
    assert len(yhat_) == len(y_)
    loss_list = []
    N = len(yhat_)
    for i in range(N):
        l = -1*(y_[i]*np.log(yhat_[i]) + (1-y_[i])*np.log(1-yhat_[i]))
        loss_list.append(l)
        if p:
            print(l)
    return np.sum(loss_list)/N

class Model(torch.nn.Module):
    def __init__(self):
        super(Model, self).__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))

def train(model, x_data, y_data, lr=0.01, epochs=1000):
    criterion = torch.nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        y_pred = model(x_data)
        loss = criterion(y_pred, y_data)
        losses.append(loss.data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses

def predict(model, x):
    return model.forward(x).data

# rounding by hand:
out = predict(Model(), torch.Tensor([[1.0], [7.0]]))
print(out.round())
