import torch

w = torch.tensor([1.0], requires_grad=True)

def forward(w, x):
    return w*x

def loss(w, x, y):
    return (forward(w, x) - y)**2

def train(x_data, y_data):
    global w
    losses = []
    for _ in range(10):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            l.backward()
            w.data = w.data - 0.01*w.grad.data
            w.grad.data.zero_()
        losses.append(l.item())
    return w, losses

print(train([1., 2., 3.], [2., 4., 6.]))
