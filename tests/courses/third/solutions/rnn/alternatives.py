from grader import alternative, edit

ALTERNATIVES = [
    alternative("joined", "Cell", edit("return torch.tanh(x @ self.Wx + h @ self.Wh + self.b)", "return torch.tanh(torch.cat([x, h], 1) @ torch.cat([self.Wx, self.Wh]) + self.b)")),
    alternative("into_a_tensor", "Cell",
        edit("states = []\n        for x in xs:", "states = torch.zeros(len(xs), *h.shape)\n        for n, x in enumerate(xs):"),
        edit("states.append(h)", "states[n] = h"),
        edit("return torch.stack(states)", "return states")),
]
