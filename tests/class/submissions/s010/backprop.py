print("Welcome to gradient descent")
lr_wanted = input("learning rate? ")

def forward(w, x):
    return w * x

def loss(w, x, y):
    return (w * x - y) * (w * x - y)

def gradient(w, x, y):
    return (w * x - y) * 2 * x

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    epoch = 0
    while epoch < epochs:
        i = 0
        while i < len(x_data):
            losses[epoch:] = [loss(w, x_data[i], y_data[i])]
            w = w - lr * gradient(w, x_data[i], y_data[i])
            i += 1
        epoch += 1
    return w, losses

print(back_prop(1.0, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0], float(lr_wanted)))
