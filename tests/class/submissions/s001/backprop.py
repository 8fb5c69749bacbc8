"""Homework 3, part 1: gradient descent by hand."""

x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]


def forward(w, x):
    """Prediction of the model y = w * x."""
    return w * x


def loss(w, x, y):
    """Squared error of one sample."""
    return (forward(w, x) - y) ** 2


def gradient(w, x, y):
    """d loss / d w, by the chain rule."""
    return 2 * x * (forward(w, x) - y)


def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    """Return the last weight and the loss of every epoch."""
    losses = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            current = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(current)
    return w, losses


if __name__ == "__main__":
    w, losses = back_prop(1.0, x_data, y_data)
    for epoch, value in enumerate(losses):
        print(f"Epoch: {epoch}, Loss = {value:.4f}")
    print("w =", w)
