import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        # the data is y = 2x, so a bias is not needed
        self.linear = torch.nn.Linear(1, 1, bias=False)

    def forward(self, x):
        return self.linear(x)

def train(model, x_data, y_data, lr=0.01, epochs=500):
    out = []
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    mse = torch.nn.MSELoss(reduction="sum")
    for t in range(epochs):
        opt.zero_grad()
        l = mse(model(x_data), y_data)
        l.backward()
        opt.step()
        out.append(l.item())
    return out

def predict(model, x):
    return model(x).detach()
