def forward(w, x):
    b = 1
    return w*x + b

def loss(w, x, y):
    return (forward(w, x) - y)**2

def gradient(w, x, y):
    return 2*x*(w*x - y)      # derivative, b falls out

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    history = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w = w - lr*gradient(w, x, y)
        history.append(l)
    return w, history
