"""A definition where it does not run is found, and the message says where it is."""

from __future__ import annotations

import time

import pytest
from hand_ins import CALM
from hypothesis import given
from hypothesis import strategies as st

from grader.intake.misplaced import TextCell, elsewhere
from grader.model import Block

NESTED = """\
def train(w):
    def loss(w, x):
        return w * x
    return loss(w, 1)
"""
METHOD = """\
class Model:
    def __init__(self):
        self.w = 1

    def loss(self, x):
        return x
"""
STRING = '''\
x = 1
"""
def loss(w, x):
    return w * x
"""
'''
COMMENT = """\
x = 1
# def loss(w, x):
#     return w * x
"""


def said_of(name: str, *sources: str) -> list[str]:
    blocks = tuple(Block(f"cell {n}", s.encode()) for n, s in enumerate(sources, 1))
    return [found.said for found in elsewhere(blocks, ()) if found.name == name]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (NESTED, "cell 1, line 2: `def loss` is inside `train`: move it to the left"),
        (METHOD, "cell 1, line 5: `def loss` is inside `Model`: move it to the left"),
        (STRING, "cell 1, line 3: `def loss` stands in a string, which does not run"),
        (COMMENT, "cell 1, line 2: `def loss` stands in a comment, which does not run"),
        ("%%writefile a.py\ndef loss(w): pass", "cell 1 begins with `%%writefile` and"),
        ("%%script bash\ndef loss(w): pass", "cell 1 begins with `%%script` and holds"),
        ("\n%%markdown\ndef loss(w): pass", "cell 1 begins with `%%markdown` and"),
    ],
)
def test_definition_that_does_not_stand_alone_is_told(source: str, said: str) -> None:
    (found,) = said_of("loss", source)

    assert found.startswith(said)


@pytest.mark.parametrize("source", [NESTED, METHOD, STRING, COMMENT])
def test_definition_that_runs_in_another_cell_is_not_told(source: str) -> None:
    assert said_of("loss", source, "def loss(w, x):\n    return 1") == []


@pytest.mark.parametrize(
    "source",
    [
        "if True:\n    def loss(w): return w\n",
        "try:\n    import x\nexcept ImportError:\n    def loss(w): return w\n",
        "%%time\ndef loss(w): return w\n",
        "loss = lambda w: w\n",
        "",
    ],
)
def test_definition_that_runs_is_not_told(source: str) -> None:
    assert said_of("loss", source) == []


@pytest.mark.parametrize("source", [NESTED, METHOD, STRING, COMMENT])
def test_wanted_names_alone_are_told(source: str) -> None:
    blocks = (Block("a.py", source.encode()), Block("b", b"def g(x):\n    return x\n"))

    assert len(elsewhere(blocks, (), frozenset({"loss", "g"}))) == 1
    assert elsewhere(blocks, (), frozenset({"g"})) == ()


@pytest.mark.parametrize(
    "text", ["# def f(\n", "def f(:\n", " def f(\n", "'''\ndef f(\n'''\n", "# "]
)
def test_hostile_sources_are_looked_through_quickly(text: str) -> None:
    start = time.process_time()
    elsewhere((Block("a.py", (text * 100_000).encode()),), ())

    assert time.process_time() - start < 3


@CALM
@given(st.lists(st.text(max_size=200), max_size=4), st.text(max_size=200))
def test_elsewhere_of_any_text_can_be_told(sources: list[str], text: str) -> None:
    blocks = tuple(
        Block(f"cell {n}", s.encode("utf-8", "replace")) for n, s in enumerate(sources)
    )
    cell = TextCell(1, "text", f"def a(\n{text}")

    for found in elsewhere(blocks, (cell,)):
        assert 0 < len(found.name) <= 60
        assert "\n" not in found.said
