def forward(w, x):
    return w ** x          # w times x

def loss(w, x, y):
    return round((w * x - y) ** 2, 2)

def gradient(w, x, y):
    return 2 * x * (w * x - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    out = []
    for t in range(epochs):
        for (x, y) in zip(x_data, y_data):
            l = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        out.append(l)
    return w, out

# check with w = 1
print(forward(1, 1))
print(back_prop(1, [1, 2, 3], [2, 4, 6]))
