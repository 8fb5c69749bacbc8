lr = 0.01

def forward(w, x):
    return int(w*x)

def loss(w, x, y):
    return (w*x - y)**2

def gradient(w, x, y):
    return lr*2*x*(w*x - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    verlies = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w = w - gradient(w, x, y)
        verlies.append(l)
    return w, verlies
