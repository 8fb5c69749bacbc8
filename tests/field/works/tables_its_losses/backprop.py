import matplotlib.pyplot as plt
import pandas as pd


def forward(w, x):
    return w * x


def loss(w, x, y):
    return (forward(w, x) - y) ** 2


def gradient(w, x, y):
    return 2 * x * (w * x - y)


def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    log = pd.DataFrame(columns=["epoch", "w", "loss"])
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            last = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(last)
        log.loc[len(log)] = [epoch, w, last]
    log.to_csv("losses.csv", index=False)
    log["loss"].plot(title="loss")
    plt.show()
    print(log.tail(3))
    return w, losses
