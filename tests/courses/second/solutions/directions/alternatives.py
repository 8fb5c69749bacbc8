from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "singular_vectors",
        "directions",
        edit("    _, vectors = torch.linalg.eigh(C.T @ C / len(X))\n", ""),
        edit("vectors.flip(1)[:, :k]", "torch.linalg.svd(C)[2].T[:, :k]"),
    ),
]
