# %%
import math

import torch
from torch import nn


# %%
def scaled_dot_product_attention(q, k, v, mask=None):
    """softmax(q k^T / sqrt(d)) v; where mask is False, the weight is 0."""
    # BEGIN SOLUTION
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return scores.softmax(dim=-1) @ v
    # END SOLUTION


# %%
class MultiHeadSelfAttention(nn.Module):
    """Causal self-attention; parts q_proj, k_proj, v_proj, output_proj, without bias."""

    def __init__(self, d_model, num_heads):
        super().__init__()
        # BEGIN SOLUTION
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model, bias=False)
        self.k_proj = nn.Linear(d_model, d_model, bias=False)
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.output_proj = nn.Linear(d_model, d_model, bias=False)
        # END SOLUTION

    def forward(self, x):
        # BEGIN SOLUTION
        n, length, width = x.shape
        shape = (n, length, self.num_heads, width // self.num_heads)
        q, k, v = (
            proj(x).view(shape).transpose(1, 2)
            for proj in (self.q_proj, self.k_proj, self.v_proj)
        )
        mask = torch.tril(torch.ones(length, length, dtype=torch.bool))
        heads = scaled_dot_product_attention(q, k, v, mask)
        return self.output_proj(heads.transpose(1, 2).reshape(n, length, width))
        # END SOLUTION
