import torch

from grader import close_to, points


@points(2)
def test_kl(student, reference, draw):
    """kl is the closed form, summed over latents, mean over the batch."""
    mu, logvar = draw.normal((4, 3)), draw.normal((4, 3))
    assert student.kl(mu, logvar) == close_to(reference.kl(mu, logvar))
    got = torch.distributions.kl_divergence(
        torch.distributions.Normal(mu, (logvar / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    )
    assert student.kl(mu, logvar) == close_to(got.sum(1).mean())


@points(2)
def test_sample_has_mean_and_deviation(student, draw):
    """Samples have the mean mu and the deviation exp(logvar / 2)."""
    mu, logvar = draw.normal(3), draw.normal(3)
    many = student.reparameterize(mu.expand(20000, 3), logvar.expand(20000, 3))
    assert many.mean(0) == close_to(mu, atol=0.15, rtol=0.05)
    assert many.std(0) == close_to((logvar / 2).exp(), rtol=0.05)


@points(2)
def test_gradients_flow(student, draw):
    """The gradient by mu is 1, and logvar has one, too."""
    mu, logvar = draw.normal((2, 3)), draw.normal((2, 3))
    by_mu, by_logvar = student.reparameterize.gradients(mu, logvar)
    assert by_mu == close_to(torch.ones(2, 3))
    assert (by_logvar != 0).all()


@points(4)
def test_loss(student, reference, draw):
    """With the same weights, in eval mode, all three losses are the reference's."""
    x = (draw.uniform((5, 6)) > 0.5).float()
    right, model = reference.VAE(6, 4, 2), student.VAE(6, 4, 2)
    model.load_state_dict(right.state_dict())
    model.eval()
    right.eval()
    assert model.loss(x) == close_to(right.loss(x))
