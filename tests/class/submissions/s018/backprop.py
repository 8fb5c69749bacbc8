def forward(w, x):
    return w * x
def loss(w, x, y):
    return (forward(w, x) - y) ** 2.0
def gradient(w, x, y):
    h = forward(w, x) - y   # inner
    return 2.0 * h * x      # outer * inner derivative
def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = list()
    k = epochs
    while k:
        todo = list(zip(x_data, y_data))
        while todo:
            x, y = todo.pop(0)
            l = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(l)
        k -= 1
    return w, losses
