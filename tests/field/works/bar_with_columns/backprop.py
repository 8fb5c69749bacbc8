from rich.progress import BarColumn, Progress, TextColumn


def forward(w, x):
    return w * x

def loss(w, x, y):
    return (forward(w, x) - y) ** 2

def gradient(w, x, y):
    return 2 * x * (forward(w, x) - y)

def back_prop(w, x_data, y_data, lr=0.01, epochs=10):
    losses = []
    with Progress(TextColumn("{task.description}"), BarColumn()) as bar:
      task = bar.add_task("train", total=epochs)
      for epoch in range(epochs):
        bar.update(task, advance=1)
        for x, y in zip(x_data, y_data):
            l = loss(w, x, y)
            w = w - lr * gradient(w, x, y)
        losses.append(l)
    return w, losses
