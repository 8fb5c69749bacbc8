from collections import deque


def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def gradient(w, x, y):
    return 2 * x * (forward(w, x) - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = deque(maxlen=epochs)
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(l)
    return w, losses
