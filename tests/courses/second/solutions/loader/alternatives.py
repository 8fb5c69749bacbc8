from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "one_by_one",
        "has_all",
        edit("set(wanted) <= set(ids)", "all(i in ids for i in wanted)"),
    ),
    alternative(
        "two_slices",
        "Windows",
        edit("torch.tensor(piece[1:])", "torch.tensor(self.ids[i + 1 : i + 1 + self.length])"),
    ),
]
