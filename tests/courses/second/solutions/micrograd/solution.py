# %% [markdown]
# # A scalar that knows its slope
#
# A `Value` holds a number, and remembers which values it was made of. After
# `out.backward()` each value in `out` has in `grad` the slope of `out` by it.

# %%
import math


# %%
class Value:
    """A number with its slope; sums, products and tanh of values are values."""

    def __init__(self, data, parents=()):
        self.data = data
        self.grad = 0.0
        self.parents = parents

    def __add__(self, other):
        # BEGIN SOLUTION
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))
        # END SOLUTION

    def __mul__(self, other):
        # BEGIN SOLUTION
        made = ((self, other.data), (other, self.data))
        return Value(self.data * other.data, made)
        # END SOLUTION

    def tanh(self):
        # BEGIN SOLUTION
        t = math.tanh(self.data)
        return Value(t, ((self, 1 - t**2),))
        # END SOLUTION

    def backward(self):
        """Put the slopes of this value by all it is made of into their `grad`."""
        # BEGIN SOLUTION
        order, seen = [], set()

        def visit(value):
            if id(value) not in seen:
                seen.add(id(value))
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            for parent, slope in value.parents:
                parent.grad += slope * value.grad
        # END SOLUTION
