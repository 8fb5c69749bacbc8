"""What a program says, whatever its layout, its faults or its version of Python."""

from __future__ import annotations

import time

import pytest
from hand_ins import CALM
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.outline import SCAN_CAP, Outline, lines_of, outline_of
from grader.model import Block


def outlined(source: str) -> Outline:
    return outline_of((Block("a.py", source.encode()),))


@pytest.mark.parametrize(
    "other",
    [
        "def f( x ):\n\treturn  x+1",
        "# a comment\n\ndef f(x):  # more\n    return x + 1\n\n\n",
        "def f(\n    x\n):\n    return x + \\\n        1\n",
    ],
)
def test_layout_and_comments_change_nothing(other: str) -> None:
    assert outlined("def f(x):\n    return x + 1\n").says_the_same_as(outlined(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 2"),
        ("x = 'a b'", "x = 'ab'"),
        ("x = '# a'", "x = '# b'"),
        ("not x", "notx"),
        ("x = 1\ny = 2", "y = 2\nx = 1"),
        ('"""a\nb"""', '"""ab"""'),
    ],
)
def test_other_code_is_told_apart(one: str, other: str) -> None:
    assert not outlined(one).says_the_same_as(outlined(other))


def test_program_that_is_too_long_is_like_no_other() -> None:
    long = outlined("x = 1\n" * SCAN_CAP)

    assert not long.whole
    assert not long.says_the_same_as(long)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("def f(x): return x", {"f"}),
        ("f = lambda x: 2 * x", {"f"}),
        ("async def f(x):\n  return x", {"f"}),
        ("class A:\n  def f(self):\n    self.x = 1", {"A"}),
        ("def f(x) -> int:\n  y = x", {"f"}),
        ("def f(x):\n  raise NotImplementedError\n  return x", {"f"}),
        ("def f(x): pass", set()),
        ('def f(x):\n  """Words."""\n', set()),
        ("def f(x): ...\nx = 1", {""}),
        ("def f(x): return x\ndef f(x): raise NotImplementedError", set()),
        ("def f(x: int = 3):\n  pass", set()),
        ("def f(x:\n  oops\ndef g(x): return 1", {"g"}),
    ],
)
def test_written_are_the_names_whose_bodies_do_something(
    source: str, written: set[str]
) -> None:
    assert outlined(source).written() == written


def test_written_leaves_out_what_the_handout_has_already() -> None:
    handout = outlined("import a\ndef f(x):\n  y = 2 * x\n  raise NotImplementedError")
    same = outlined("import a\ndef f(x):\n  y = 2*x\n  pass")
    more = outlined("import a\ndef f(x):\n  y = 2*x\n  return y")

    assert same.written(handout) == set()
    assert more.written(handout) == {"f"}
    assert handout.holes() == {"f"}


@pytest.mark.parametrize(
    "text",
    [
        *('"""\\"', "\\", "'", '"\\\n', "(", "\n", "\t", "\\\n", "(:", "'''\"\"\""),
        *("def f(x): return 1\n", "a ", "# \n", "é", "<<<<<<<\n"),
    ],
)
def test_hostile_text_is_read_in_linear_time(text: str) -> None:
    start = time.process_time()
    list(lines_of(text * (SCAN_CAP // len(text))))

    assert time.process_time() - start < 2


@CALM
@given(st.text(st.sampled_from("'\"\\\n #()[]:=ax \t"), max_size=300))
def test_lines_of_any_text_are_numbered_upwards_and_lose_no_word(text: str) -> None:
    lines = list(lines_of(text))
    numbers = [line.number for line in lines]

    assert numbers == sorted(set(numbers))
    assert all(1 <= number <= text.count("\n") + 1 for number in numbers)
    assert sum(line.text.count("a") for line in lines) <= text.count("a")
    if not set("'\"#\\") & set(text):
        said = "".join("".join(line.text.split()) for line in lines)
        assert said == "".join(text.split())
