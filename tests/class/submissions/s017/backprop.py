n = 3

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def gradient(w, x, y):
    # mean squared error -> 1/n
    return 2 * x * (forward(w, x) - y) / n

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for epoch in range(epochs):
        for x_val, y_val in zip(x_data, y_data):
            l = loss(w, x_val, y_val)
            w = w - lr * gradient(w, x_val, y_val)
        losses.append(l)
    return w, losses
