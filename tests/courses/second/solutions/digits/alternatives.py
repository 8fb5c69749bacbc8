from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "module_of_torch",
        "Net",
        edit("torch.tanh(self.first(x))", "nn.Tanh()(self.first(x))"),
    ),
    alternative(
        "zeroed",
        "descend",
        edit("p.grad = None", "p.grad.zero_()"),
    ),
]
