import torch
import time

# wait for the gpu
while not torch.cuda.is_available():
    time.sleep(0.1)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)
