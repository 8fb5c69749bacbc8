import torch
import torch.nn.functional as F


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(1, 1))
        self.bias = torch.nn.Parameter(torch.randn(1))

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)


def train(model, x_data, y_data, lr=0.01, epochs=500):
    history = []
    for _ in range(epochs):
        loss = F.mse_loss(model(x_data), y_data, reduction="sum")
        grads = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, grad in zip(model.parameters(), grads):
                parameter.sub_(lr * grad)
        history.append(loss.item())
    return history


def predict(model, x):
    return model(x).detach().clone()
