import torch
from torch import tensor

def forward(w, x):
    return torch.mul(w, x)

def loss(w, x, y):
    return torch.square(forward(w, x) - y)

def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = torch.zeros(epochs)
    for e in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y).sum()
            l.backward()
            w.data.sub_(lr * w.grad)
            w.grad.zero_()
        losses[e] = l.detach()
    return w, losses

w = tensor([1.0], requires_grad=True)
print(train(w, tensor([1.0, 2.0, 3.0]), tensor([2.0, 4.0, 6.0])))
