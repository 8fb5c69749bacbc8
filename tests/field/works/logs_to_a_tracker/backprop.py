import subprocess

import wandb
from torch.utils.tensorboard import SummaryWriter

wandb.init(project="backprop", config={"name": "first"})
writer = SummaryWriter()


def forward(w, x):
    return w * x


def loss(w, x, y):
    return (forward(w, x) - y) ** 2


def gradient(w, x, y):
    return 2 * x * (w * x - y)


def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    for epoch in range(epochs):
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(l)
        wandb.log({"loss": l, "epoch": epoch})
        writer.add_scalar("loss", l, epoch)
        subprocess.run(["clear"])
    return w, losses
