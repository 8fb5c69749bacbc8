import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    y_hat = forward(w, x)
    return (y_hat - y) ** 2

def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            w.grad = None
            l = loss(w, x, y)
            l.backward()
            with torch.no_grad():
                w -= lr * w.grad
        losses.append(l.item())
    return w.detach().numpy(), losses

print("=" * 50_000_000)  # separator, oops
w0 = torch.tensor([1.0], requires_grad=True)
print(train(w0, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]))
