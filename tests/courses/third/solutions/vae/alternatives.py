from grader import alternative, edit

WRAPPERS = {"reparameterize": ("prints",)}
ALTERNATIVES = [
    alternative("by_distributions", "kl", edit("return (-0.5 * (1 + logvar - mu**2 - logvar.exp())).sum(1).mean()", "one = torch.distributions.Normal(mu, (logvar / 2).exp())\n    zero = torch.distributions.Normal(0.0, 1.0)\n    return torch.distributions.kl_divergence(one, zero).sum(1).mean()")),
    alternative("randn_like", "reparameterize", edit("torch.randn(mu.shape, generator=generator)", "torch.randn_like(mu)")),
]
