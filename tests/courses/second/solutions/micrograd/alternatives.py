from grader import alternative, edit

ALTERNATIVES = [
    alternative(
        "exponentials",
        "Value",
        edit("t = math.tanh(self.data)", "t = 1 - 2 / (math.exp(2 * self.data) + 1)"),
    ),
]
