import os
import time

import psutil
import torch


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)


def train(model, x_data, y_data, lr=0.01, epochs=500):
    loss_function = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    process = psutil.Process(os.getpid())
    for epoch in range(epochs):
        x, y = x_data, y_data
        loss = loss_function(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if epoch % 100 == 0:
            used = process.memory_info().rss / 1024**2
            print(f"{epoch}: {loss.item():.4f} {used:.1f} MB {psutil.cpu_percent()} %")
        time.sleep(0.01)
    return losses


def predict(model, x):
    with torch.no_grad():
        return model(x)
