import torch


def forward(w, x):
    return w * x


def loss(w, x, y):
    return ((forward(w, x) - y) ** 2)


def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for _ in range(epochs):
        total = sum(loss(w, x, y) for x, y in zip(x_data, y_data)) / len(x_data)
        total.backward()
        w.data = w.data - lr * w.grad.data
        w.grad.data.zero_()
        losses.append(total.item())
    return w, losses


wt = torch.tensor([1.0], requires_grad=True)
wt, ls = train(wt, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], epochs=50)
print(wt)
