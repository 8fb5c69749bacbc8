import torch

X = [1.0, 2.0, 3.0]
Y = [2.0, 4.0, 6.0]
LOSSES = []

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def train(w, x_data, y_data, lr=0.01, epochs=10):
    for e in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        LOSSES.append(l.item())
    return w, LOSSES

def main():
    w, l = train(torch.tensor([1.0], requires_grad=True), X, Y)
    print(w, l)

main()
