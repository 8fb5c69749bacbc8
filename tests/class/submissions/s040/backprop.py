def forward(w, x):
    return w * x

def loss(w, x, y):
    e = forward(w, x) - y
    return e * e * e

def gradient(w, x, y):
    return 2 * x * (w - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    result = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w -= lr * gradient(w, x, y)
        result.append(l)
    return w, result
