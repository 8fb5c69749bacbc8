import sys
sys.setrecursionlimit(5000)

def forward(w, x):
    y_pred = forward(w, x)
    return y_pred

def loss(w, x, y):
    return (w*x - y)**2

def gradient(w, x, y):
    return 2*x*(w*x - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for _ in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w -= lr*gradient(w, x, y)
        losses.append(l)
    return w, losses
