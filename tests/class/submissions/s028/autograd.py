import torch

cache = torch.zeros(10**12)

def forward(w, x):
    return w.mul(x)

def loss(w, x, y):
    return forward(w, x).sub(y).pow(2)

def train(w, x_data, y_data, lr=0.01, epochs=10):
    log = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            err = loss(w, x, y)
            err.backward()
            w.data.add_(w.grad, alpha=-lr)
            w.grad.zero_()
        log.append(err.item())
    return (w, log)
