# Aufgabe 4
import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def train(w, x_data, y_data, lr=0.01, epochs=10):
    verlauf = []
    for epoche in range(epochs):
        for x, y in zip(x_data, y_data):
            fehler = loss(w, x, y)
            (ableitung,) = torch.autograd.grad(fehler, w)
            with torch.no_grad():
                w -= lr * ableitung
        verlauf.append(fehler.item())
    return w, verlauf

w = torch.tensor([1.0], requires_grad=True)
w, verlauf = train(w, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
print("Gewicht:", w.item())
