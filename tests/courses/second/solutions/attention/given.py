"""Given: modules that the checks pass to attention."""

from torch import nn


class Doubled(nn.Module):
    """A module that calls another one and doubles what it gives."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return 2 * self.inner(x)
