from grader import edit, mistake

MISTAKES = [
    mistake("variance_for_deviation", "reparameterize", edit("torch.exp(0.5 * logvar)", "torch.exp(logvar)"), question="What is the deviation of exp(logvar)?"),
    mistake("noise_detached", "reparameterize", edit("return mu + noise * torch.exp(0.5 * logvar)", "return mu + (noise * torch.exp(0.5 * logvar)).detach()"), question="What does autograd know of logvar?"),
    mistake("kl_of_the_whole", "kl", edit(".sum(1).mean()", ".sum()"), question="Does the loss grow with the batch?"),
    mistake("kl_sign", "kl", edit("-0.5 *", "0.5 *"), question="Can it be negative?"),
    mistake("noise_in_eval", "VAE", edit("if self.training else mu", "if True else mu"), question="What does eval() change?"),
    mistake("mean_over_pixels", "VAE", edit('reduction="sum") / len(x)', 'reduction="mean")'), question="Over what is the mean taken?"),
]
