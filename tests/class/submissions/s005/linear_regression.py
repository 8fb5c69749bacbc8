import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(1, 1))

    def forward(self, x):
        return self.net(x)


def train(model, x_data, y_data, lr=0.01, epochs=500):
    loss_fn = nn.MSELoss(reduction="sum")
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


net = Model()
X = torch.arange(1.0, 4.0).reshape(-1, 1)
h = train(net, X, 2 * X)
print("loss", h[0], "->", h[-1])
print("f(4) =", predict(net, torch.tensor([[4.0]])).item())
