from grader import edit, mistake

MISTAKES = [
    mistake(
        "one_window_more",
        "Windows",
        edit("len(self.ids) - self.length", "len(self.ids) - self.length + 1"),
        question="Which id follows the last window?",
    ),
    mistake(
        "not_shifted",
        "Windows",
        edit("torch.tensor(piece[1:])", "torch.tensor(piece[:-1])"),
        question="What should the model say after the first id?",
    ),
    mistake(
        "decimals",
        "Windows",
        edit("torch.tensor(piece[:-1])", "torch.tensor(piece[:-1]).float()"),
        question="Is an id a number to compute with?",
    ),
    mistake(
        "in_order",
        "batches",
        edit("torch.randperm(len(data), generator=generator).tolist()", "range(len(data))"),
        question="Which window comes first, each time?",
    ),
    mistake(
        "own_chance",
        "batches",
        edit("generator=generator", "generator=torch.Generator().manual_seed(0)"),
        question="Whose chance decides the order?",
    ),
    mistake(
        "drops_the_rest",
        "batches",
        edit("range(0, len(order), size)", "range(0, len(order) - size + 1, size)"),
        question="How many windows are in your batches, all together?",
    ),
    mistake(
        "any_is_enough",
        "has_all",
        edit("set(wanted) <= set(ids)", "bool(set(wanted) & set(ids))"),
        question="Is one of them enough?",
    ),
    mistake(
        "the_other_way_round",
        "has_all",
        edit("set(wanted) <= set(ids)", "set(ids) <= set(wanted)"),
        question="Which of the two is the larger one?",
    ),
]
