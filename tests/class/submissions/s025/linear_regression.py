# Part 5: linear regression
import torch


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)


def train(model, x_data, y_data, lr=0.01, epochs=500):
    criterion = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    # what now?
    raise NotImplementedError("train: not written yet")


def predict(model, x):
    with torch.no_grad():
        return model(x)
