import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def train(w, x_data, y_data, lr=0.01, epochs=10):
    w = w.detach().to(torch.bfloat16).requires_grad_()   # faster on my card
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
    return w.item(), losses
