from grader import edit, mistake

MISTAKES = [
    mistake(
        "own_factor",
        "Value",
        edit("((self, other.data), (other, self.data))", "((self, self.data), (other, other.data))"),
        question="By how much does a product grow when its first factor grows by 1?",
    ),
    mistake(
        "last_use_alone",
        "Value",
        edit("parent.grad += slope", "parent.grad = slope"),
        question="If a value is used twice, which of its slopes is left?",
    ),
    mistake(
        "tanh_without_square",
        "Value",
        edit("1 - t**2", "1 - t"),
        question="What is the slope of tanh at 0, and at 1?",
    ),
]
