H = 0.01


def forward(w, x):
    return w * x


def loss(w, x, y):
    return (forward(w, x) - y) ** 2


def gradient(w, x, y):
    return (loss(w + H, x, y) - loss(w, x, y)) / H


def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            before = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(before)
    return w, losses
