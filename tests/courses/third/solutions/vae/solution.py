# %%
import torch
from torch import nn


# %%
def reparameterize(mu, logvar, generator=None):
    """A sample of N(mu, exp(logvar)), through which gradients flow."""
    # BEGIN SOLUTION
    noise = torch.randn(mu.shape, generator=generator)
    return mu + noise * torch.exp(0.5 * logvar)
    # END SOLUTION


# %%
def kl(mu, logvar):
    """KL of N(mu, exp(logvar)) from N(0, 1): summed over latents, mean over the batch."""
    # BEGIN SOLUTION
    return (-0.5 * (1 + logvar - mu**2 - logvar.exp())).sum(1).mean()
    # END SOLUTION


# %%
class VAE(nn.Module):
    def __init__(self, d, hidden, latent):
        super().__init__()
        self.encoder = nn.Linear(d, hidden)
        self.mu = nn.Linear(hidden, latent)
        self.logvar = nn.Linear(hidden, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, d))

    def forward(self, x, generator=None):
        """Returns the reconstruction (logits), mu and logvar."""
        # BEGIN SOLUTION
        h = torch.relu(self.encoder(x))
        mu, logvar = self.mu(h), self.logvar(h)
        z = reparameterize(mu, logvar, generator) if self.training else mu
        return self.decoder(z), mu, logvar
        # END SOLUTION

    def loss(self, x, generator=None):
        """Returns a dict: reconstruction (BCE, summed over pixels, mean over the batch), kl, total."""
        # BEGIN SOLUTION
        logits, mu, logvar = self(x, generator)
        bce = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)
        return {"reconstruction": bce, "kl": kl(mu, logvar), "total": bce + kl(mu, logvar)}
        # END SOLUTION
