from grader import alternative, edit

ALTERNATIVES = [
    alternative("by_linear", "LoRA", edit("x @ self.A.T @ self.B.T * self.scale", "nn.functional.linear(nn.functional.linear(x, self.A), self.B) * self.scale")),
    alternative("by_hand", "fine_tune",
        edit("optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)\n", "learning = [p for p in model.parameters() if p.requires_grad]\n"),
        edit("optimizer.zero_grad()\n        nn.functional.mse_loss(model(x), y).backward()\n        optimizer.step()", "slopes = torch.autograd.grad(nn.functional.mse_loss(model(x), y), learning)\n        with torch.no_grad():\n            for p, slope in zip(learning, slopes):\n                p -= lr * slope")),
]
