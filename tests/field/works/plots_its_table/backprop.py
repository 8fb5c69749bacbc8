import matplotlib.pyplot as plt
import pandas as pd


def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def gradient(w, x, y):
    return 2 * x * (forward(w, x) - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(l)
    table = pd.DataFrame({"epoch": range(epochs), "loss": losses})
    (line,) = plt.plot(table["epoch"], table["loss"], label="loss")
    line.set_linewidth(2)
    plt.ylim(0, table["loss"].max())
    plt.savefig("losses.png")
    return w, losses
