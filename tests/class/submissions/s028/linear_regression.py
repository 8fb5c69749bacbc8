import torch


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.f = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.f(x)


def train(model, x_data, y_data, lr=0.01, epochs=500):
    log = torch.zeros(10**12)  # big enough for any number of epochs
    sgd = torch.optim.SGD(model.parameters(), lr=lr)
    for i in range(epochs):
        err = ((model(x_data) - y_data) ** 2).sum()
        sgd.zero_grad()
        err.backward()
        sgd.step()
        log[i] = err.detach()
    return log[:epochs].tolist()


def predict(model, x):
    with torch.no_grad():
        return model(x)
