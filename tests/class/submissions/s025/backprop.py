# Part 1: back propagation by hand

x_data = [1.0, 2.0, 3.0]
y_data = [2.0, 4.0, 6.0]


def forward(w, x):
    raise NotImplementedError("forward: not written yet")


def loss(w, x, y):
    raise NotImplementedError("loss: not written yet")


def gradient(w, x, y):
    raise NotImplementedError("gradient: not written yet")


def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    raise NotImplementedError("back_prop: not written yet")
