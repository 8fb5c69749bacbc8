from grader import edit, mistake

MISTAKES = [
    mistake(
        "not_scaled",
        "scaled_dot_product_attention",
        edit(" / math.sqrt(q.shape[-1])", ""),
        question="How large are the scores of long vectors?",
    ),
    mistake(
        "mask_inverted",
        "scaled_dot_product_attention",
        edit("masked_fill(~mask", "masked_fill(mask"),
        question="What does False in the mask mean?",
    ),
    mistake(
        "one_head",
        "MultiHeadSelfAttention",
        edit("self.num_heads = num_heads", "self.num_heads = 1"),
        question="How many heads does your module have?",
    ),
    mistake(
        "with_bias",
        "MultiHeadSelfAttention",
        edit("bias=False", "bias=True", count=4),
        question="How many parts of your module learn?",
    ),
    mistake(
        "sees_what_comes",
        "MultiHeadSelfAttention",
        edit("heads = scaled_dot_product_attention(q, k, v, mask)", "heads = scaled_dot_product_attention(q, k, v)"),
        question="May a word look at the next one?",
    ),
]
