from grader import edit, mistake

MISTAKES = [
    mistake(
        "over_columns",
        "BatchNorm",
        edit("x.mean(dim=0), x.var(dim=0, unbiased=False)", "x.mean(), x.var(unbiased=False)"),
        question="Over what is the mean taken: a column, or all numbers?",
    ),
    mistake(
        "variance_of_a_sample",
        "BatchNorm",
        edit("x.var(dim=0, unbiased=False)", "x.var(dim=0)"),
        question="By how many rows does the variance of a batch divide?",
    ),
    mistake(
        "never_moves",
        "BatchNorm",
        edit("self.running_mean.lerp_(mean, self.momentum)", "self.running_mean.lerp(mean, self.momentum)"),
        question="Where does the new running mean go?",
    ),
    mistake(
        "always_trains",
        "BatchNorm",
        edit("if self.training:", "if True:"),
        question="What does one row alone come to, after eval()?",
    ),
]
