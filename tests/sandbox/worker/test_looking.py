"""What is looked at of a right program costs it nothing, however deep or large."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

import pytest
from in_process import answered, loaded

from grader.judging.answers import Raised, value_of
from grader.sandbox.worker.holes import body_of, is_stub, only_talks
from grader.sandbox.worker.looking import (
    form_of,
    in_line,
    outside_of_scopes,
    steps_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = "0x" + "f" * 4000
"""A whole number that Python reads, and does not write out."""
RIGHT = "def double(x):\n    return 2 * x\n"


def chain(branches: int, indent: str = "    ") -> str:
    more = "".join(
        f"{indent}elif x == {n}:\n{indent}    y = {n}\n" for n in range(1, branches)
    )
    return f"{indent}if x == 0:\n{indent}    y = 0\n{more}"


BESIDE = {
    "elif in a function": f"def other(x):\n{chain(250)}    return y\n",
    "elif in a method": f"class A:\n  def other(self, x):\n{chain(250)}    return y\n",
    "as many elif as Python takes": f"def other(x):\n{chain(1200)}    return y\n",
    "elif at top level": f"x = 3\n{chain(1100, '')}",
    "a large number in a class": f"class Table:\n    X = {LARGE}\n",
    "a large number in a function": f"def other():\n    return {LARGE}\n",
    "a large number in a test": f"if {LARGE}:\n    y = 3\n",
    "a large number printed": f"def other(a):\n    print({LARGE})\n",
    "a large number as a default": f"def other(a={LARGE}):\n    return a\n",
    "a large number that is looked up": (
        f"other = 1\nother = max\ndef other(): pass\nother = max\n"
        f"def use():\n    return other({LARGE})\n"
    ),
    "a long sum": "def other():\n    return " + "+".join(["1"] * 2900) + "\n",
    "a sum too long for Python": "X = " + "+".join(["1"] * 3100) + "\n",
    "attributes of attributes": f"def other(x):\n    return x{'.a' * 2000}\n",
    "calls of calls": f"def other(x):\n    return x{'()' * 900}\n",
    "not not": "def other(x):\n    return " + "not " * 900 + "x\n",
    "what a handler catches": (
        "try:\n    import nowhere_at_all\n"
        f"except ({'+'.join(['ImportError'] * 1500)}):\n    pass\n"
    ),
    "an import beside a large number": (
        f"def other():\n    x = {LARGE}\n    import nowhere_at_all\n    return x\n"
        "try:\n    other()\nexcept ImportError:\n    pass\n"
    ),
    "half a character": "class Half:\n    X = '\\ud800'\n",
}


@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_right_function_is_right_whatever_stands_beside_it(beside: str) -> None:
    worker, _ = loaded(beside + RIGHT)

    assert value_of(answered(worker, "double", 3)).value == 6


REFUSING = {
    "its class raises": "class B:\n"
    "  __class__ = property(lambda self: 1 / 0)\nb = B()\n",
    "its module raises": "class M(type):\n  __module__ = property(lambda cls: 1 / 0)\n"
    "class B(metaclass=M): pass\nC = B\n",
    "it ends the program": "class M(type):\n"
    "  def __instancecheck__(cls, x): raise SystemExit\n"
    "class A(metaclass=M): pass\nB = A\nA = A()\n",
    "its dictionary raises": "class W:\n  __dict__ = property(lambda self: 1 / 0)\n"
    "  __class__ = property(lambda self: 1 / 0)\n"
    "  def __init__(self, f): pass\n  def __call__(self): pass\n"
    "def b(): return 1\nb = max\n@W\ndef use(): return b()\n",
    "what it wraps has no truth": "import numpy\ndef b(): pass\n"
    "b.__wrapped__ = numpy.ones(2)\nc = b\n",
    "its attributes end it": "class B:\n"
    "  def __getattribute__(self, name): raise SystemExit\n"
    "  def __call__(self): pass\nb = B()\n",
}


@pytest.mark.parametrize("beside", REFUSING.values(), ids=REFUSING)
def test_class_that_refuses_to_be_looked_at_costs_nothing(beside: str) -> None:
    worker, _ = loaded(beside + RIGHT)

    assert value_of(answered(worker, "double", 3)).value == 6


def test_value_that_refuses_to_be_looked_at_has_raised() -> None:
    source = (
        "class Odd:\n    __class__ = property(lambda self: 1 / 0)\n\n"
        "def give():\n    return Odd()\n"
    )
    answer = answered(loaded(source)[0], "give")

    assert isinstance(answer, Raised)
    assert answer.type_name == "ZeroDivisionError"


def definition(source: str) -> ast.FunctionDef:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("return 1", "return (1)", True),
        ("return 1", "return True", False),
        ("return 0.0", "return -0.0", False),
        ("return 'a'", "return b'a'", False),
        ("return [1, 2], 3", "return [1], 2, 3", False),
        (f"return {LARGE}", f"return {LARGE}", True),
        (f"return {LARGE}", f"return {LARGE}0", False),
        ("x = 1\n    y = 2", "x = 1; y = 2", True),
        ("f(a=None)", "f(None)", False),
        ("return 'None'", "return None", False),
    ],
)
def test_form_is_the_same_where_the_trees_are(one: str, other: str, same: bool) -> None:  # noqa: FBT001 - a case
    first, second = (definition(f"def f():\n    {body}") for body in (one, other))

    assert (form_of(first.body) == form_of(second.body)) is same


def test_stub_is_known_beside_large_numbers_and_deep_trees() -> None:
    handed_out = definition(f"def f(x):\n    '''Do.'''\n    y = {LARGE}\n{chain(300)}")
    same = definition(f"def g(x):\n    y = {LARGE}\n{chain(300)}")

    assert is_stub(same, {body_of(handed_out)})
    assert only_talks(definition(f"def f(x):\n    print('todo', {LARGE})"))


def test_nodes_come_from_the_outside_in() -> None:
    tree = ast.parse("if a:\n    def f():\n        b\n    c = d")
    names = [type(node).__name__ for node in in_line(tree.body, 3)]

    assert names[:2] == ["If", "FunctionDef"]
    assert "Name" in names
    assert not any(isinstance(n, ast.arguments) for n in outside_of_scopes(tree))


def test_instructions_are_read_beside_a_large_number() -> None:
    code = compile(f"x = {LARGE}; y = x", "a", "exec")
    names = [step.argval for step in steps_of(code) if step.opname == "LOAD_NAME"]

    assert names == ["x"]


LOW = """\
import sys

def low(x=0):
    for limit in range(1, 500):
        try:
            sys.setrecursionlimit(limit)
        except RecursionError:
            continue
        return x
"""


@pytest.fixture
def depth() -> Iterator[int]:
    before = sys.getrecursionlimit()
    yield before
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("depth")
def test_program_that_lets_itself_go_no_deeper_is_read_and_answered() -> None:
    worker, reply = loaded(f"{LOW}\nlow()\n1/0\ny = 2")
    answer = answered(worker, "low", 3)

    assert [told["type"] for told in reply["failures"]] == ["ZeroDivisionError"]
    assert reply["names"] == ["sys", "low", "y"]
    assert value_of(answer).value == 3
    assert sys.getrecursionlimit() == 1000


def test_depth_of_calls_is_the_programs_own_again(depth: int) -> None:
    worker, _ = loaded(BESIDE["a long sum"] + RIGHT)
    answered(worker, "double", 3)

    assert sys.getrecursionlimit() == depth
