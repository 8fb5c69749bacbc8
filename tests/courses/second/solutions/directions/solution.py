# %%
import torch


# %%
def centred(X):
    """Return points (n, d) moved so that their mean is 0."""
    # BEGIN SOLUTION
    return X - X.mean(dim=0)
    # END SOLUTION


# %%
def directions(X, k):
    """Return the k directions in which points vary most: columns (d, k) of length 1."""
    # BEGIN SOLUTION
    C = centred(X)
    _, vectors = torch.linalg.eigh(C.T @ C / len(X))
    return vectors.flip(1)[:, :k]
    # END SOLUTION
