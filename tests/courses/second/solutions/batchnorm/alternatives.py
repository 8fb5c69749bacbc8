from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "powers",
        "BatchNorm",
        edit("/ torch.sqrt(var + self.eps)", "* (var + self.eps) ** -0.5"),
    ),
]
