# %%
import torch


# %%
class Cell:
    """A recurrent cell: h' = tanh(x Wx + h Wh + b), and its way back by hand."""

    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h):
        """x: (batch, inputs), h: (batch, hidden) -> (batch, hidden)"""
        # BEGIN SOLUTION
        return torch.tanh(x @ self.Wx + h @ self.Wh + self.b)
        # END SOLUTION

    def unroll(self, xs, h):
        """xs: (steps, batch, inputs) -> all hidden states, (steps, batch, hidden)"""
        # BEGIN SOLUTION
        states = []
        for x in xs:
            h = self.forward(x, h)
            states.append(h)
        return torch.stack(states)
        # END SOLUTION

    def backward(self, xs, h, slopes):
        """Backpropagation through time, by hand.

        slopes: the gradient of the loss by each state, (steps, batch, hidden)
        Returns a dict of the gradients by Wx, Wh, b and by the first h.
        """
        # BEGIN SOLUTION
        states = [h, *self.unroll(xs, h)]
        grads = {"Wx": torch.zeros_like(self.Wx), "Wh": torch.zeros_like(self.Wh), "b": torch.zeros_like(self.b)}
        later = torch.zeros_like(h)
        for t in reversed(range(len(xs))):
            slope = (slopes[t] + later) * (1 - states[t + 1] ** 2)
            grads["Wx"] += xs[t].T @ slope
            grads["Wh"] += states[t].T @ slope
            grads["b"] += slope.sum(0)
            later = slope @ self.Wh.T
        return {**grads, "h": later}
        # END SOLUTION
