from grader import edit, mistake

MISTAKES = [
    mistake("not_squashed", "Cell", edit("return torch.tanh(x @ self.Wx + h @ self.Wh + self.b)", "return x @ self.Wx + h @ self.Wh + self.b"), question="Between which numbers does a state lie?"),
    mistake("state_left_behind", "Cell", edit("h = self.forward(x, h)", "h = self.forward(x, h * 0)"), question="What does the second step know of the first?"),
    mistake("truncated", "Cell", edit("later = slope @ self.Wh.T", "later = later * 0"), question="Which way does a slope take to an earlier step?"),
    mistake("slope_of_the_input", "Cell", edit("(1 - states[t + 1] ** 2)", "(1 - states[t] ** 2)"), question="Of which state is tanh the slope?"),
    mistake("not_transposed", "Cell", edit("later = slope @ self.Wh.T", "later = slope @ self.Wh"), question="Which index of Wh belongs to the earlier state?"),
    mistake("last_only", "Cell", edit("return torch.stack(states)", "return torch.stack([h for _ in states])"), question="Which state belongs to step one?"),
]
