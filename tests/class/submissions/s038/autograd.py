import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (w * x - y) ** 2

def train(w, x_data, y_data, lr=0.01, epochs=10):
    out = []
    for t in range(epochs):
        for (x, y) in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data = w.data - w.grad.data
            w.grad.data.zero_()
        out.append(l.item())
    return w, out

print(train(torch.tensor([1.0], requires_grad=True), [1, 2, 3], [2, 4, 6]))
