"""A stub is the solution with holes; wrong markers are reported with file and line."""

from __future__ import annotations

import ast
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.notebook import notebook_of
from grader.course.stubs import stub_of, without_hidden
from grader.errors import AuthorError

# The same examples every time, and no deadline: the machine may be busy.
CALM = settings(derandomize=True, deadline=None)
SOLUTION = '''\
# %% [markdown]
# # Lines
#
# Write $\\hat y = w \\cdot x$.

# %%
import math


# %%
def forward(w, x):
    """Return w * x.

    # BEGIN SOLUTION is only text in here.
    """
    # A hint that stays.
    # BEGIN SOLUTION
    product = w * x
    return product
    # END SOLUTION


# %%
class Model:
    """A line through zero."""

    def __init__(self):
        # BEGIN SOLUTION
        self.w = 1.0
        # END SOLUTION

    def forward(self, x):
        if x is None:
            # BEGIN SOLUTION
            return None
            # END SOLUTION
        return self.w * x


# %%
# %matplotlib inline
print(math.pi)
'''
STUB = '''\
# %% [markdown]
# # Lines
#
# Write $\\hat y = w \\cdot x$.

# %%
import math


# %%
def forward(w, x):
    """Return w * x.

    # BEGIN SOLUTION is only text in here.
    """
    # A hint that stays.
    raise NotImplementedError("forward: not written yet")


# %%
class Model:
    """A line through zero."""

    def __init__(self):
        raise NotImplementedError("Model: not written yet")

    def forward(self, x):
        if x is None:
            raise NotImplementedError("Model: not written yet")
        return self.w * x


# %%
# %matplotlib inline
print(math.pi)
'''


def test_stub_has_a_hole_for_each_region_and_all_else_as_it_stood() -> None:
    assert stub_of(SOLUTION) == STUB


def test_stub_can_be_imported_and_says_what_is_not_written() -> None:
    module = types.ModuleType("stub")
    exec(compile(stub_of(SOLUTION), "stub.py", "exec"), module.__dict__)  # noqa: S102 - it is ours

    with pytest.raises(NotImplementedError, match=r"\Aforward: not written yet\Z"):
        module.forward(1, 2)
    with pytest.raises(NotImplementedError, match=r"\AModel: not written yet\Z"):
        module.Model()


def test_stub_names_the_outermost_function_for_a_region_in_a_nested_one() -> None:
    source = (
        "def outer():\n    def inner():\n        # BEGIN SOLUTION\n        pass\n"
        "        # END SOLUTION\n    return inner\n"
    )

    assert 'NotImplementedError("outer: not written yet")' in stub_of(source)


def region(body: str) -> str:
    return f"x = 1\ndef f():\n    '''Doc.'''\n{body}"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (region("    # BEGIN SOLUTION\n    return 1\n"), "line 4: .*END.*below"),
        (region("    return 1\n    # END SOLUTION\n"), "line 5: .*BEGIN.*above"),
        (
            region(
                "    # BEGIN SOLUTION\n    # BEGIN SOLUTION\n    return 1\n"
                "    # END SOLUTION\n    # END SOLUTION\n"
            ),
            r"line 5: .*line 4.*do not nest",
        ),
        (
            region("# BEGIN SOLUTION\n    return 1\n# END SOLUTION\n"),
            "line 4: .*indentation.*Indent it by 4",
        ),
        (
            region("    # BEGIN SOLUTION\n    # END SOLUTION\n    return 1\n"),
            "line 4: there is no code in this region",
        ),
        (region("    return 1  # BEGIN SOLUTION\n"), "line 4: .*alone on its line"),
        (region("    # begin solution\n    return 1\n"), "line 4: .*alone on its line"),
        (region("    ### BEGIN SOLUTION\n    return 1\n"), "line 4: .*alone on its"),
        (region("    # BEGIN_SOLUTION\n    return 1\n"), "line 4: .*alone on its line"),
        (region("    return 1\n"), "expected at least one region"),
        (region("    return (\n"), "line 4: expected Python"),
        ("x = '\0'\n", "expected Python"),
        (
            region(
                "    if x:\n        return (\n            # BEGIN SOLUTION\n"
                "            x +\n            # END SOLUTION\n            1)\n"
            ),
            "line 6: there is no code in this region",
        ),
        (region("    if x: return 1  # SOLUTION\n"), "line 4: '# SOLUTION' marks"),
        (region("    for y in x:  # SOLUTION\n        y\n"), "line 4: '# SOLUTION'"),
        (
            region(
                "    # BEGIN SOLUTION\n    if x:\n        return 1\n"
                "    # END SOLUTION\n    else:\n        return 2\n"
            ),
            "line 4: the region ends within the statement that begins in line 5",
        ),
    ],
)
def test_stub_of_a_wrong_source_names_the_line(source: str, message: str) -> None:
    with pytest.raises(AuthorError, match=rf"lesson\.py.*{message}"):
        stub_of(source, "lesson.py")


def test_stub_of_a_wrong_source_reports_every_problem_at_once() -> None:
    source = "# BEGIN SOLUTION\n# END SOLUTION\n# END SOLUTION\n# begin solution\n"

    with pytest.raises(AuthorError, match="4 problems"):
        stub_of(source)


HIDDEN = """\
x = 1  # SOLUTION: x = 0
# BEGIN HIDDEN
y = "mine"
# END HIDDEN
def f():
    # BEGIN HIDDEN: pass
    return 7
    # END HIDDEN
"""
TEXT = """\
x = 1  # SOLUTION: x = 0
# %% [markdown]
# BEGIN SOLUTION
# It is 3.
# END SOLUTION
# ## Solution
# BEGIN HIDDEN
# 2 points.
# END HIDDEN
"""


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        (
            "# BEGIN SOLUTION\nx = 1\ny, z = 2, 3\n# END SOLUTION\nprint(x)\n",
            'raise NotImplementedError("x, y, z: not written yet")\nprint(x)\n',
        ),
        (
            "# BEGIN SOLUTION\ndef f():\n    return 1\n# END SOLUTION\n",
            'raise NotImplementedError("f: not written yet")\n',
        ),
        (
            "# BEGIN SOLUTION\nprint(1)\n# END SOLUTION\n",
            'raise NotImplementedError("this part: not written yet")\n',
        ),
        (
            "class A:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n",
            'class A:\n    raise NotImplementedError("A: not written yet")\n',
        ),
        (
            "if a:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n",
            'if a:\n    raise NotImplementedError("x: not written yet")\n',
        ),
        ("x = 3  # SOLUTION\n", 'raise NotImplementedError("x: not written yet")\n'),
        ("x = 3  # SOLUTION: x = None\n", "x = None\n"),
        ("x = [\n    3,\n]  # SOLUTION: x = ...\n", "x = ...\n"),
        (
            "def f(a):\n    b = a  # SOLUTION\n    return b  # SOLUTION\n",
            'def f(a):\n    raise NotImplementedError("f: not written yet")\n',
        ),
        (
            "if a:\n  # BEGIN SOLUTION: x = 0\n  x = 1\n  y = 2\n  # END SOLUTION\n",
            "if a:\n  x = 0\n",
        ),
        (
            "match a:\n  case 1:\n    x = 1  # SOLUTION: x = 0\n",
            "match a:\n  case 1:\n    x = 0\n",
        ),
        (HIDDEN, "x = 0\ndef f():\n    pass\n"),
        (TEXT, "x = 0\n# %% [markdown]\n# *Write your answer here.*\n# ## Solution\n"),
    ],
)
def test_stub_of_each_form_of_a_region(source: str, stub: str) -> None:
    assert stub_of(source) == stub


def test_checks_lose_their_hidden_regions() -> None:
    checks = "A = 1\n# BEGIN HIDDEN\nB = 2\n# END HIDDEN\n"

    assert without_hidden(checks, "test_visible.py") == "A = 1\n"
    with pytest.raises(AuthorError, match=r"visible\.py, line 1: .*nothing for stud"):
        without_hidden("a = 1  # SOLUTION\n", "test_visible.py")


NAME = st.sampled_from(["f", "loss", "Model", "_x"])
FILLER = st.sampled_from(
    ["", "# %% [markdown]", "# ž $x^2$", "x = '''\n# END SOLUTION\n'''", "y = 2"]
)


@CALM
@given(st.lists(st.tuples(NAME, FILLER, st.booleans()), min_size=1, max_size=6))
def test_stub_of_any_right_source_is_python_without_a_line_of_the_solution(
    pieces: list[tuple[str, str, bool]],
) -> None:
    source = "".join(
        f"{filler}\ndef {name}(a):\n    kept = a\n"
        + ("    if kept:\n    " if deep else "")
        + "    # BEGIN SOLUTION\n"
        + ("    " if deep else "")
        + "    return secret(kept)\n"
        + ("    " if deep else "")
        + "    # END SOLUTION\n"
        for name, filler, deep in pieces
    )
    stub = stub_of(source)

    ast.parse(stub)
    assert "secret" not in stub
    assert stub.count("kept = a\n") == len(pieces)
    assert stub.count(": not written yet") == len(pieces)


def test_notebook_of_a_stub_with_a_wrong_header_is_the_authors_error() -> None:
    header = "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n"

    with pytest.raises(AuthorError, match="expected a header that describes"):
        notebook_of(header + STUB)


def test_notebook_of_a_stub_with_a_header_is_the_one_without() -> None:
    header = (
        "# ---\n# jupyter:\n#   jupytext:\n#     text_representation:\n"
        "#       format_name: percent\n# ---\n\n"
    )

    assert notebook_of(header + STUB) == notebook_of(STUB)
