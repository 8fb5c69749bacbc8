import numpy as np

X = np.array([1.0, 2.0, 3.0])
Y = 2 * X


def forward(w, x):
    return np.multiply(w, x)


def loss(w, x, y):
    return np.square(forward(w, x) - y)


def gradient(w, x, y):
    return 2 * np.multiply(x, forward(w, x) - y)


def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            losses[epoch] = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
    return np.float64(w), losses


w_final, hist = back_prop(1.0, X, Y)
print(w_final)
