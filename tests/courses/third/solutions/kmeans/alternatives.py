from grader import alternative, edit

WRAPPERS = {"kmeans": ("prints",)}
ALTERNATIVES = [
    alternative("broadcast", "assign", edit("torch.cdist(points, centres).argmin(1)", "((points[:, None] - centres[None]) ** 2).sum(-1).argmin(1)")),
    alternative("until_it_rests", "kmeans", edit("        update(points, assign(points, centres), centres)\n", "        before = centres.clone()\n        update(points, assign(points, centres), centres)\n        if torch.equal(before, centres):\n            break\n")),
]
