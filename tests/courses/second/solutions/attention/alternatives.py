from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "power",
        "scaled_dot_product_attention",
        edit("/ math.sqrt(q.shape[-1])", "* q.shape[-1] ** -0.5"),
    ),
    alternative(
        "ones_above",
        "MultiHeadSelfAttention",
        edit(
            "mask = torch.tril(torch.ones(length, length, dtype=torch.bool))",
            "mask = ~torch.ones(length, length, dtype=torch.bool).triu(1)",
        ),
    ),
]
