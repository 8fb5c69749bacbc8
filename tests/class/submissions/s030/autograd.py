# -*- coding: latin-1 -*-
# Lösung von Jürgen Größl
import torch

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def train(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for e in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()   # Rückwärts
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
    return [w.item()], losses

print("Gewicht für y = 2x:", train(torch.tensor([1.0], requires_grad=True), [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]))
