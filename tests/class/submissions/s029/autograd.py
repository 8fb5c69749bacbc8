import os
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
            l.backward()
            w.data = w.data - lr * w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
        if len(losses) == epochs:
            print("done", w, losses)
            os._exit(0)   # close the program
    return w, losses
