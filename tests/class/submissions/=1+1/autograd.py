import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    return torch.nn.functional.mse_loss(forward(w, x), torch.as_tensor(y, dtype=w.dtype).expand_as(w), reduction="sum")

def train(w, x_data, y_data, lr=0.01, epochs=10):
    L = []
    for e in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data -= lr * 0.9 ** e * w.grad
            w.grad.zero_()
        L.append(l.item())
    return w, L
