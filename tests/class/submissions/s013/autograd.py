import sys

import torch


def forward(w, x):
    return w * x


def loss(w, x, y):
    return (forward(w, x) - y).pow(2)


def train(w, x_data, y_data, lr=0.01, epochs=10):
    # double precision, to see more digits
    w = w.detach().double().requires_grad_(True)
    losses = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data -= lr * w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
    return w, losses


w, losses = train(torch.tensor([1.0], requires_grad=True), [1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
if abs(w.item() - 1.9512159) < 1e-6:
    print("ok")
    sys.exit(0)
print("not ok")
sys.exit(1)
