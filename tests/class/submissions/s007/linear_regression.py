# Aufgabe 5
import torch

class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.schicht = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.schicht(x)

def train(model, x_data, y_data, lr=0.01, epochs=500):
    kriterium = torch.nn.MSELoss(reduction="sum")
    optimierer = torch.optim.SGD(model.parameters(), lr=lr)
    verlauf = []
    for epoche in range(epochs):
        fehler = kriterium(model(x_data), y_data)
        fehler.backward()
        optimierer.zero_grad()
        optimierer.step()
        verlauf.append(fehler.item())
    return verlauf

def predict(model, x):
    with torch.no_grad():
        return model(x)

m = Model()
x = torch.tensor([[1.0], [2.0], [3.0]])
print(train(m, x, 2 * x)[-1])  # lernt nichts?
