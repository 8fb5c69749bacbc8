import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.laag = torch.nn.Linear(1, 1)
    def forward(self, x):
        return self.laag(x)

def train(model, x_data, y_data, lr=0.01, epochs=500):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, maximize=True)
    verlies = []
    for epoch in range(epochs):
        l = ((model(x_data) - y_data)**2).sum()
        optimizer.zero_grad()
        l.backward()
        optimizer.step()
        verlies.append(l.item())
    return verlies

def predict(model, x):
    x_test = torch.tensor([[4.0]])
    return model(x_test).detach()
