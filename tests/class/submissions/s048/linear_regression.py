import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)

def train(model, x_data, y_data, lr=0.01, epochs=500):
    criterion = torch.nn.SmoothL1Loss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    all_losses = []
    for epoch in range(epochs):
        l = criterion(model(x_data), y_data)
        optimizer.zero_grad()
        l.backward()
        optimizer.step()
        all_losses.append(l.item())
    return all_losses

def predict(model, x):
    return model(x)
