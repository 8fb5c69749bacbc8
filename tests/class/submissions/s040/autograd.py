import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    e = forward(w, x) - y
    return e * e

def train(w, x_data, y_data, lr=0.01, epochs=10):
    result = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            if w.grad is not None:
                w.grad.zero_()
            l = loss(w, x, y)
            l.backward()
        w.data = w.data - lr * w.grad
        result.append(l.item())
    return w, result
