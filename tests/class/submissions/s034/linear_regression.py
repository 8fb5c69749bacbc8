import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lin = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.lin(x)

def train(model, x_data, y_data, lr=0.01, epochs=500):
    criterion = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)  # better than SGD
    history = []
    for epoch in range(epochs):
        optimizer.zero_grad()
        l = criterion(model(x_data), y_data)
        l.backward()
        optimizer.step()
        history.append(l.item())
    return history

def predict(model, x):
    return model(x).detach()
