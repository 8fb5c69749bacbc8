"""Counterexamples: the simplest call that differs, and nothing that is hidden.

The programs are no exercises of the course: objects, text, arrays changed in place.
"""

from __future__ import annotations

import contextlib
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from helpers import program
from in_process import InProcess

from grader.judging.checks.calls import Calls
from grader.judging.checks.comparison import close_to
from grader.judging.checks.draws import Draw
from grader.judging.checks.evidence import CURRENT, CheckEnded, Evidence
from grader.judging.checks.host import Host
from grader.judging.checks.student import Remote, Student
from grader.judging.diagnosis.counterexamples import Counterexamples
from grader.judging.diagnosis.hidden import Hidden
from grader.judging.diagnosis.stage import RIGHT, Stage
from grader.judging.diagnosis.wrongs import Wrong, wrongs_of
from grader.model import Limits, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Check = Callable[[Any, Draw], object]
    Example = Callable[..., dict[str, str]]

PRODUCT = "def forward(w, x):\n    return w * x\n"
SUM = "def forward(w, x):\n    return w + x\n"
LAYER = """\
class Layer:
    def __init__(self, slope, names=("a",)):
        self.slope = slope

    def apply(self, x):
        return self.slope * x + x.sum()

    def fit(self, x):
        self.slope = self.slope - x.mean()
"""
STEP = "def step(theta, grad, lr):\n    theta -= lr * grad\n"


def drawn(_student: Any, draw: Draw) -> None:
    _student.forward(draw.real(), draw.real())


def fitted(student: Any, draw: Draw) -> None:
    layer = student.Layer(draw.real())
    layer.fit(draw.tensor(5))
    layer.apply(draw.tensor((4, 3)))


@pytest.fixture
def example(tmp_path: Path) -> Example:
    """Return what finds counterexamples for what a check asks of a program."""

    def find(
        solution: str, source: str, check: Check, hidden: Hidden | None = None
    ) -> dict[str, str]:
        (tmp_path / "solution.py").write_text(solution, encoding="utf-8")
        exercise = SimpleNamespace(
            solution=tmp_path / "solution.py",
            source=solution,
            limits=Limits(),
            given=(),
        )
        stage = Stage(exercise, lambda _: InProcess())  # type: ignore[arg-type]
        host = Host(program(source), Limits(), lambda _: InProcess())
        evidence, draw = Evidence(lenient=True), Draw("7")
        line = Calls(host, evidence, Visibility.HIDDEN, Remote)
        main, argv, token = sys.modules["__main__"], sys.argv, CURRENT.set(evidence)
        try:
            with contextlib.suppress(CheckEnded):
                check(Student(line), draw)
            rights = stage.perform([RIGHT], evidence.exchanges)[RIGHT]
            found: dict[str, list[Wrong]] = {}
            for wrong in wrongs_of(evidence.exchanges, rights):
                found.setdefault(wrong.subject, []).append(wrong)
            own = Hidden() if hidden is None else hidden
            own.add(draw, evidence.exchanges)
            return Counterexamples(host, stage, own, [evidence]).about(found)
        finally:
            line.close()
            CURRENT.reset(token)
            sys.modules["__main__"], sys.argv = main, argv

    return find


CASES: dict[str, tuple[str, tuple[str, str], Check, tuple[str, ...]]] = {
    "two numbers": (
        PRODUCT,
        ("w * x", "w + x"),
        drawn,
        ("`forward(1.0, 1.0)` gives `2.0`; right is `1.0`.",),
    ),
    "a list that must be longer than one": (
        "def mean(x):\n    return sum(x) / len(x)\n",
        (" / len(x)", ""),
        lambda student, draw: student.mean(draw.reals(7)),
        ("`mean([1.0, 1.0])` gives `2.0`; right is `1.0`.",),
    ),
    "a slope": (
        "def cube(x):\n    return x ** 3\n",
        ("** 3", "** 2 * x.detach()"),
        lambda student, draw: student.cube.gradient(draw.tensor(1).requires_grad_()),
        (
            "`cube(torch.tensor([1.0], requires_grad=True)).backward()`",
            "leaves the gradient `[2.0]`; right is `[3.0]`.",
        ),
    ),
    "an object's method": (
        LAYER,
        ("+ x.sum()", "+ x.mean()"),
        lambda student, draw: student.Layer(draw.real()).apply(draw.tensor((4, 3))),
        (
            "After `layer = Layer(1.0)`: `layer.apply(torch.tensor([[1.0,",
            "2.0], [1.0, 1.0]]))` gives `[[2.25, 3.25], [2.25, 2.25]]`;",
            "right is `[[6.0, 7.0], [6.0, 6.0]]`.",
        ),
    ),
    "what an object was trained to": (
        LAYER,
        ("self.slope - x.mean()", "self.slope + x.mean()"),
        fitted,
        (
            "After `layer = Layer(1.0)`, `layer.fit(torch.tensor([1.0]))`:",
            "`layer.apply(torch.tensor([[2.0]]))` gives `[[6.0]]`; right",
            "is `[[2.0]]`.",
        ),
    ),
    "an array changed in place": (
        STEP,
        ("-= lr", "+= lr"),
        lambda student, draw: student.step(draw.array(4), draw.array(4), 0.01),
        (
            "`step(numpy.array([1.0]), numpy.array([1.0]), 0.5)` leaves",
            "`[1.5]` in its first argument; right is `[0.5]`.",
        ),
    ),
    "something returned instead of an array that is changed in place": (
        STEP,
        ("theta -= lr * grad", "return theta - lr * grad"),
        lambda student, draw: student.step(draw.array(4), draw.array(4), 0.01),
        (
            "`step(numpy.array([1.0]), numpy.array([1.0]), 0.5)` leaves",
            "`[1.0]` in its first argument; right is `[0.5]`.",
        ),
    ),
    "text": (
        "def initials(text):\n    return [w[0] for w in text.split()]\n",
        ("w[0]", "w[-1]"),
        lambda student, draw: student.initials(" ".join(draw.words(4))),
        ("`initials('ab')` gives `['b']`; right is `['a']`.",),
    ),
    "numbers in a dict that are not defined for the simplest call": (
        "def spread(x):\n    return {'std': x.std(), 'n': len(x)}\n",
        ("std()", "std(unbiased=False)"),
        lambda student, draw: student.spread(draw.tensor(5)),
        (
            "`spread(torch.tensor([2.0, 3.0]))` gives `{'std': 0.5, 'n': 2}`; right",
            "is `{'std': 0.70711, 'n': 2}`.",
        ),
    ),
    "an exception": (
        "def last(x):\n    return x[-1]\n",
        ("x[-1]", "x[len(x)]"),
        lambda student, draw: student.last(draw.reals(5)),
        (
            "`last([1.0])` stops with `IndexError: list index out of",
            "range`; right is `1.0`.",
        ),
    ),
}


# torch warns of the standard deviation of one number.
@pytest.mark.filterwarnings("ignore:std")
@pytest.mark.parametrize("case", CASES)
def test_simplest_call_is_shown(example: Example, case: str) -> None:
    solution, (old, new), check, text = CASES[case]
    assert solution.count(old) == 1
    shown = example(solution, solution.replace(old, new), check)

    assert list(shown.values()) == [" ".join(text)]


def test_right_work_has_none(example: Example) -> None:
    assert example(PRODUCT, PRODUCT.replace("w * x", "x * w"), drawn) == {}


def test_function_whose_helper_has_one_has_none(example: Example) -> None:
    source = SUM + "def loss(w, x):\n    return forward(w, x) ** 2\n"

    def both(student: Any, draw: Draw) -> None:
        student.loss(draw.real(), draw.real())
        student.forward(draw.real(), draw.real())

    assert list(example(source.replace("w + x", "w * x"), source, both)) == ["forward"]


NOTHING = {
    "what is put in place of whatever is given": (
        "x.fill(0.03)",
        "x.fill(0.05)",
    ),
    "what is right whatever is given": ("0.03", "0.05"),
    "what is right by chance": ("x * int.from_bytes(__import__('os').urandom(8))", "x"),
    "what is rounding": ("x / 3", "x / 3 + 1e-5 * x"),
}


@pytest.mark.parametrize("case", NOTHING)
def test_nothing_is_shown_of(example: Example, case: str) -> None:
    right, wrong = (f"def f(x):\n    return {body}\n" for body in NOTHING[case])

    assert example(right, wrong, lambda s, draw: s.f(draw.array(1))) == {}


def test_call_of_a_hidden_check_is_not_shown(example: Example) -> None:
    def fixed(student: Any, draw: Draw) -> None:
        student.forward(1.0, 1.0)
        drawn(student, draw)

    shown = example(PRODUCT, SUM, fixed)["forward"]

    assert shown == "`forward(2.0, 3.0)` gives `5.0`; right is `6.0`."


def test_number_and_text_that_were_drawn_are_not_shown(example: Example) -> None:
    hidden = Hidden(numbers={0.5}, texts={"a"})
    right, wrong = "def f(p):\n    return p\n", "def f(p):\n    return 2 * p\n"
    of_share = example(right, wrong, lambda s, _: s.f(0.987), hidden)
    of_text = example(right, wrong, lambda s, _: s.f("hidden"), hidden)

    assert of_share["f"] == "`f(0.1)` gives `0.2`; right is `0.1`."
    assert of_text["f"] == "`f('ab')` gives `'abab'`; right is `'ab'`."


def test_what_a_check_lets_pass_is_not_shown(example: Example) -> None:
    def roughly(student: Any, draw: Draw) -> None:
        student.f(draw.real()) == close_to(77.0, rtol=0.5)  # noqa: B015 - kept

    right, wrong = "def f(x):\n    return x\n", "def f(x):\n    return 1.2 * x\n"

    assert example(right, wrong, roughly) == {}


def test_what_a_program_has_made_by_itself_is_not_shown(example: Example) -> None:
    def check(student: Any, draw: Draw) -> None:
        student.layer.apply(draw.tensor(3))

    right, wrong = (f"{LAYER}\nlayer = Layer({n})\n" for n in (2.0, 3.0))

    assert example(right, wrong, check) == {}


REMEMBERS = """\
seen = []


def forward(w, x):
    seen.append(w)
    return seen
"""


def test_program_can_tell_nothing_of_a_hidden_input(example: Example) -> None:
    def check(student: Any, draw: Draw) -> None:
        student.forward(123.456, draw.real())

    shown = example(PRODUCT, REMEMBERS, check)["forward"]

    assert shown == "`forward(2.0, 3.0)` gives `[1.0, 2.0]`; right is `6.0`."


def test_text_of_a_program_is_quoted(example: Example) -> None:
    wrong = "def forward(w, x):\n    return '`</code>\\x1b[2J' * 99\n"
    shown = example(PRODUCT, wrong, drawn)["forward"]

    assert "\x1b" not in shown
    assert shown.count("`") == 6


def test_values_of_every_kind_have_a_simple_form() -> None:
    from grader.judging.diagnosis.simplest import Filling

    filling = Filling(1, {5: 2, 8: 3})
    labels = filling.of(np.array([0, 3, 1, 2, 0], np.uint8))
    mask = filling.of(torch.tensor([[True, False, True, True, False]]))
    half = filling.of(torch.zeros(8, dtype=torch.bfloat16))

    assert isinstance(labels, np.ndarray)
    assert (labels.dtype, labels.shape, int(labels.max())) == (np.uint8, (2,), 1)
    assert isinstance(mask, torch.Tensor)
    assert (mask.dtype, tuple(mask.shape)) == (torch.bool, (1, 2))
    assert isinstance(half, torch.Tensor)
    assert (half.dtype, tuple(half.shape)) == (torch.bfloat16, (3,))
    assert filling.of({"lr": 0.01, "n": (8, [1, 2, 3, 4, 5])}) == {
        "lr": 0.2,
        "n": (3, [3, 2]),
    }
