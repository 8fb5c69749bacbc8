# %%
import torch


# %%
def assign(points, centres):
    """The number of the nearest centre of each point."""
    # BEGIN SOLUTION
    return torch.cdist(points, centres).argmin(1)
    # END SOLUTION


# %%
def update(points, labels, centres):
    """Moves each centre to the mean of its points, in place; one without points stays."""
    # BEGIN SOLUTION
    for k in range(len(centres)):
        if (labels == k).any():
            centres[k] = points[labels == k].mean(0)
    # END SOLUTION


# %%
def kmeans(points, k, generator, steps=20):
    """Returns the labels and the centres.

    Starts from the points that the first k numbers of randperm name.
    """
    # BEGIN SOLUTION
    centres = points[torch.randperm(len(points), generator=generator)[:k]].clone()
    for _ in range(steps):
        update(points, assign(points, centres), centres)
    return assign(points, centres), centres
    # END SOLUTION
