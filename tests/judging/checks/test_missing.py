"""A name that is not there: what may be meant, and what kept it from being there."""

from __future__ import annotations

import pytest
from helpers import notebook, program
from in_process import InProcess

from grader.judging.answers import Missing, Raised
from grader.judging.checks import words
from grader.judging.checks.hearsay import Hearsay
from grader.judging.checks.host import Host
from grader.judging.checks.missing import near_name, stop_at
from grader.judging.checks.refusing import refused
from grader.model import Limits


@pytest.mark.parametrize(
    ("name", "source", "near"),
    [
        ("Model", "class LinearModel: pass\nmodel = LinearModel()", "LinearModel"),
        ("Model", "model = make()", None),
        ("Model", "def model(x): pass", None),
        ("Model", "class Modell: pass", "Modell"),
        ("Model", "class Net: pass\nnet = Net()", "Net"),
        ("Model", "class Net: pass\nclass Data: pass", None),
        ("Model", "class model: pass", "model"),
        ("train", "class Train: pass\ndef traim(w): pass", "traim"),
        ("train", "def train_model(w): pass", "train_model"),
        ("train", "trains = 3", None),
        ("loss", "class Loss: pass", None),
        ("loss", "los = lambda w: w", "los"),
        ("f", "def forward(w): pass", None),
    ],
)
def test_what_is_near_is_a_thing_of_the_same_kind(
    name: str, source: str, near: str | None
) -> None:
    kinds = Hearsay(program(source)).kinds

    assert near_name(name, tuple(kinds), kinds) == near


SOURCE = """\
print(nothing)
def forward(w, x):
    return w * x

@wraps
def train(w):
    return w

try:
    def loss(w):
        return w
except NameError:
    pass
rate = unknown
def gradient(w:
    return w
"""


def failure(line: int, label: str = "work.py") -> Raised:
    return Raised("NameError", "no", label, line, "x")


@pytest.mark.parametrize(
    ("name", "line"),
    [("train", 5), ("rate", 14), ("gradient", 15), ("Model", None), ("w", None)],
)
def test_stop_is_blamed_for_what_it_kept_from_being_defined(
    name: str, line: int | None
) -> None:
    failures = [failure(number) for number in (1, 5, 14, 15)]
    stop = stop_at(Hearsay(program(SOURCE)).places(name), failures)

    assert (stop and stop.failure.line) == line


def test_stop_in_another_cell_is_not_blamed() -> None:
    cells = Hearsay(notebook("print(nothing)", "def loss(w): return w"))

    assert stop_at(cells.places("loss"), [failure(1, "cell 1")]) is None
    assert stop_at(cells.places("loss"), [failure(1, "cell 2")]) is not None


@pytest.mark.parametrize(
    ("told", "near"),
    [
        (("forwards",), "forwards"),
        # These stand nowhere in the file: digits and words could tell an input.
        (("forward_725",), None),
        (("forwardx", "forward_7p25", "forwards"), "forwards"),
        (("\x1b[2Jforward", "forward`", "forward\u202e"), None),
        (("forward" + "x" * 90,), None),
    ],
)
def test_name_that_a_program_claims_is_told_only_if_it_stands_in_its_file(
    told: tuple[str, ...], near: str | None
) -> None:
    host = Host(program("def forwards(w): pass\n"), Limits(), lambda _: InProcess())
    host.names = told
    end = refused(host, "forward", Missing())

    assert end.message == words.missing("forward", near)
