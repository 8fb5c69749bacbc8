"""Assignments in the formats of other tools, as their documentation describes them."""

from __future__ import annotations

import json
from typing import Any


def cell(kind: str, source: str, **metadata: Any) -> dict[str, Any]:
    return {"cell_type": kind, "source": source.splitlines(True), "metadata": metadata}


def graded(kind: str, source: str, name: str, **flags: Any) -> dict[str, Any]:
    """Return a cell of nbgrader's."""
    about = {"grade": False, "solution": False, "locked": True, "task": False}
    told = {**about, "grade_id": name, "schema_version": 3, **flags}
    return cell(kind, source, nbgrader=told)


def shown(source: str, output: str) -> dict[str, Any]:
    """Return a test cell of otter's with what it showed."""
    result = {"output_type": "execute_result", "data": {"text/plain": [output]}}
    return {**cell("code", source), "outputs": [result]}


def notebook(*cells: dict[str, Any]) -> str:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})


NBGRADER = notebook(
    cell("markdown", "# Homework\n\nWrite `squares`."),
    graded("code", "import numpy as np\n%matplotlib inline", "imports"),
    graded(
        "code",
        'def squares(n):\n    """Return the squares from 1 to n."""\n'
        "    ### BEGIN SOLUTION\n    if n < 1:\n        raise ValueError(n)\n"
        "    return [i**2 for i in range(1, n + 1)]\n    ### END SOLUTION",
        *("squares",),
        solution=True,
    ),
    graded(
        "code",
        "# The list is right.\nassert squares(3) == [1, 4, 9]\n"
        "### BEGIN HIDDEN TESTS\nassert squares(1) == [1]\n### END HIDDEN TESTS",
        *("squares_test",),
        grade=True,
        points=2,
    ),
    graded("code", "total = np.sum(squares(10))", "total", solution=True),
    graded(
        "code",
        "np.testing.assert_allclose(total, 385)\nassert f'{total}' == '385'",
        *("total_test",),
        grade=True,
        points=1,
    ),
    graded("markdown", "As n³.", "why", grade=True, solution=True, points=3),
)
OTTER = notebook(
    cell("raw", "# ASSIGNMENT CONFIG\nname: lab\nfiles:\n  - data.csv"),
    cell("markdown", "# Lab"),
    cell("code", "import numpy as np"),
    cell("raw", "# BEGIN QUESTION\nname: q1\npoints: 3"),
    cell("raw", "# BEGIN SOLUTION"),
    cell(
        "code",
        "def square(x):\n    y = x * x # SOLUTION NO PROMPT\n    return y # SOLUTION\n"
        "\nnine = square(3) # SOLUTION",
    ),
    cell("raw", "# END SOLUTION"),
    cell("raw", "# BEGIN TESTS"),
    shown("# nine is nine\nnine", "9"),
    shown("square(2.5) - 1", "5.25"),
    shown("# HIDDEN\nnp.isclose(square(-4), 16)", "True"),
    cell("raw", "# END TESTS"),
    cell("raw", "# END QUESTION"),
    cell("raw", "# BEGIN QUESTION\nname: q2\nmanual: true\npoints: 2"),
    cell("markdown", "### Question 2\n\n**Why is nine odd?**\n\nOne sentence."),
    cell("raw", "# BEGIN SOLUTION"),
    cell("markdown", "Because."),
    cell("raw", "# END SOLUTION"),
    cell("raw", "# END QUESTION"),
    cell("raw", "# BEGIN QUESTION\nname: q3"),
    cell("raw", "# BEGIN SOLUTION"),
    cell(
        "code",
        "if True:\n    #BEGIN SOLUTION\n    six = 6\n    #END SOLUTION\n\n"
        "def around(r):\n    # BEGIN SOLUTION NO PROMPT\n    return 6 * r\n"
        '    # END SOLUTION\n    """ # BEGIN PROMPT\n    # Around a circle.\n    pass\n'
        '    """; # END PROMPT',
    ),
    cell("raw", "# END SOLUTION"),
    cell("raw", "# BEGIN TESTS"),
    cell(
        "code",
        '""" # BEGIN TEST CONFIG\npoints: 0.5\nhidden: true\n""" # END TEST CONFIG\n'
        "assert around(1) == 6",
    ),
    shown("[around(r) for r in (1, 2)]", "[6, 12]"),
    cell("raw", "# END TESTS"),
    cell("raw", "# END QUESTION"),
)
CALCULATOR = '''\
import re


class Calculator:
    """Keeps a memory."""

    def __init__(self):
        self.memory = 0.0

    def add(self, x):
        """Add to the memory, and return it."""
        self.memory += x
        return self.memory


def evaluate(text):
    """Return the value of an expression such as 1 + 1."""
    if not re.fullmatch("[-+*/ .0-9]+", text):
        raise ValueError(text)
    return eval(text)
'''
GRADESCOPE = '''\
import math
import unittest

import calculator as c
from calculator import Calculator, evaluate
from gradescope_utils.autograder_utils.decorators import number, visibility, weight


class TestCalculator(unittest.TestCase):
    def setUp(self):
        self.calc = Calculator()

    @weight(1)
    @number("1.1")
    def test_add(self):
        """Adding 2 and 3 gives 5"""
        self.calc.add(2)
        self.assertEqual(self.calc.add(3), 5)

    @weight(2)
    @visibility("hidden")
    def test_evaluate(self):
        self.assertAlmostEqual(evaluate("1 / 3"), 1 / 3, places=5)
        self.assertTrue(math.isclose(c.evaluate("2*2"), 4))

    @weight(0.5)
    @visibility("after_published")
    def test_refuses(self):
        with self.assertRaises(ValueError):
            evaluate("import os")

    @partial_credit(1)
    def test_rest(self):
        self.assertNoLogs(evaluate("1+1"))
'''
