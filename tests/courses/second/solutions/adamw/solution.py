# %%
import torch


# %%
class AdamW(torch.optim.Optimizer):
    """AdamW: Adam whose weight decay is not part of the gradient."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        # BEGIN SOLUTION
        if lr < 0:
            raise ValueError(f"expected a rate of at least 0, got {lr}")
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)
        # END SOLUTION

    @torch.no_grad()
    def step(self):
        # BEGIN SOLUTION
        for group in self.param_groups:
            first, second = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["step"] = 0
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.zeros_like(p)
                state["step"] += 1
                t = state["step"]
                state["m"].mul_(first).add_(p.grad, alpha=1 - first)
                state["v"].mul_(second).addcmul_(p.grad, p.grad, value=1 - second)
                m = state["m"] / (1 - first**t)
                v = state["v"] / (1 - second**t)
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.sub_(group["lr"] * m / (v.sqrt() + group["eps"]))
        # END SOLUTION
