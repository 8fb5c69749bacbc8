# %%
import torch
from torch.utils.data import Dataset


# %%
class Windows(Dataset):
    """Pieces of a text for a language model: ids, and the ids that follow them."""

    def __init__(self, ids, length):
        self.ids = ids
        self.length = length

    def __len__(self):
        # BEGIN SOLUTION
        return len(self.ids) - self.length
        # END SOLUTION

    def __getitem__(self, i):
        """Return `length` ids from the i-th on, and as many from the next one on."""
        # BEGIN SOLUTION
        piece = self.ids[i : i + self.length + 1]
        return torch.tensor(piece[:-1]), torch.tensor(piece[1:])
        # END SOLUTION


# %%
def batches(data, size, generator):
    """Yield (X, Y) of `size` items each in a random order; the last may be smaller."""
    # BEGIN SOLUTION
    order = torch.randperm(len(data), generator=generator).tolist()
    for start in range(0, len(order), size):
        items = [data[i] for i in order[start : start + size]]
        yield tuple(torch.stack(side) for side in zip(*items))
    # END SOLUTION


# %%
def has_all(ids, wanted):
    """Return whether all ids that are wanted come in a text."""
    # BEGIN SOLUTION
    return set(wanted) <= set(ids)
    # END SOLUTION
