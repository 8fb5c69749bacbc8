import torch

def forward(w, x):
    return w*x

def loss(w, x, y):
    return (forward(w, x) - y)**2

def train(w, x_data, y_data, lr=0.01, epochs=10):
    history = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = 0.5*loss(w, x, y)   # 1/2 so that the 2 cancels
            l.backward()
            w.data = w.data - lr*w.grad.data
            w.grad.data.zero_()
        history.append(l.item())
    return w, history

w = torch.tensor([1.0], requires_grad=True)
print(train(w, [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]))
