import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (w * x - y) * (w * x - y)

def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w = (w - lr * w.grad).detach().requires_grad_()
        losses.append(l.item())
    return w, losses

n = int(input("How many epochs? "))
w, losses = train(torch.tensor([1.0], requires_grad=True), [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], epochs=n)
print(w)
input("Press enter to quit")
