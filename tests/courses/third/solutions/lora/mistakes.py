from grader import edit, mistake

MISTAKES = [
    mistake("base_learns", "LoRA", edit("p.requires_grad_(False)", "pass"), question="Which parameters learn?"),
    mistake("not_parameters", "LoRA", edit("self.B = nn.Parameter(torch.zeros(base.out_features, rank))", "self.B = torch.zeros(base.out_features, rank, requires_grad=True)"), question="What does parameters() list?"),
    mistake("both_at_random", "LoRA", edit("torch.zeros(base.out_features, rank)", "torch.randn(base.out_features, rank)"), question="What does the layer compute before it has learned?"),
    mistake("not_scaled", "LoRA", edit("self.scale = alpha / rank", "self.scale = alpha"), question="What does a larger rank do to the update?"),
    mistake("merged_without_the_base", "LoRA", edit("self.base.weight + self.B @ self.A", "self.B @ self.A"), question="What does the merged layer compute at B = 0?"),
    mistake("gradients_pile_up", "fine_tune", edit("optimizer.zero_grad()", "pass"), question="What is in grad at the second step?"),
]
