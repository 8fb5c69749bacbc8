# global data
X = [1.0, 2.0, 3.0]
Y = [2.0, 4.0, 6.0]
LOSSES = []

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def gradient(w, x, y):
    return 2 * x * (forward(w, x) - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for e in range(epochs):
        for i in range(3):
            l = loss(w, X[i], Y[i])
            w = w - lr * gradient(w, X[i], Y[i])
        losses.append(l)
    return w, losses

def main():
    w, l = back_prop(1.0, X, Y)
    print(w, l)

main()
