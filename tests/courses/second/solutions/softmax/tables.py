"""Given: reads tables."""

import numpy as np


def table_in(file):
    """Return the numbers of a file below its first line, as an array."""
    return np.loadtxt(file, delimiter=",", skiprows=1)
