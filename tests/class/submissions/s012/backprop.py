def forward(w, x):
    return x * w

def loss(w, x, y):
    return (x * w - y) ** 2

def gradient(w, x, y):
    return 2 * x * (x * w - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    ls = []
    for ep in range(epochs):
        for (x, y) in zip(x_data, y_data):
            l = loss(w, x, y)
            g = gradient(w, x, y)
            w = w - g * lr
        ls += [l]
    return [w], ls

# long training, print everything to see what happens
w = 1.0
for step in range(50_000):
    w = w - 0.01 * gradient(w, 1.0, 2.0)
    print("step", step, "w", w, "-" * 1000)
