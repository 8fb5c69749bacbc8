import copy
import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)

def train(model, x_data, y_data, lr=0.01, epochs=500):
    first = copy.deepcopy(model.state_dict())
    criterion = torch.nn.MSELoss(reduction="sum")
    losses = []
    for epoch in range(epochs):
        model.load_state_dict(first)
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        loss = criterion(model(x_data), y_data)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

def predict(model, x):
    with torch.no_grad():
        return model(x)
