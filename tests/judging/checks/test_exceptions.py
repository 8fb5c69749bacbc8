"""Exceptions in plain words: each pattern meets what the libraries really say."""

from __future__ import annotations

import functools
import warnings

import pytest
from helpers import program
from hostile import grows, hostile

from grader.judging.answers import MESSAGE_CAP, Raised, answer_of
from grader.judging.checks import words
from grader.judging.checks.exceptions import _RULES, _Rule, known
from grader.judging.checks.hearsay import Hearsay
from grader.judging.requests import Call

# What a student might write, and the words that must stand for what it raises.
SAYINGS = {
    "torch.tensor([1], requires_grad=True)": "only tensors of floating point",
    "torch.tensor([1]).requires_grad_()": "only tensors of floating point",
    "w -= 0.1 * w": "a leaf variable that requires grad",
    "w[0] = 1.0": "a leaf variable that requires grad",
    "torch.tensor([1.0]).backward()": "does not require grad",
    "(w * torch.ones(2)).backward()": "only for scalar outputs",
    "l = (w * w).sum(); l.backward(); l.backward()": "a second time",
    "y = w.exp(); y += 1; y.sum().backward()": "modified in place",
    "torch.autograd.grad((w * 2).sum(), v)": "not used in the graph",
    "torch.autograd.grad((w * 2).sum(), w.detach())": "not used in the graph",
    "w.numpy()": "cannot become an array",
    "np.array(w * 2)": "cannot become an array",
    "(w * 2).requires_grad_(False)": "only leaf variables can change",
    "copy.deepcopy(w * 2)": "cannot be copied in depth",
    "w.grad = 0": "must be a tensor or None",
    "w.grad = torch.ones(3)": "another size or type",
    "net.weight = torch.ones(1, 1)": "replaced by a parameter",
    "0.1 * w.grad": "one of the two is None",
    "w - w.grad": "one of the two is None",
    "w -= None": "one of the two is None",
    "w.grad.zero_()": "None has no such attribute",
    "w.grad.data.zero_()": "None has no such attribute",
    "None.foo": "None has no such attribute",
    "torch.optim.SGD([], lr=0.1)": "empty parameter list",
    "torch.optim.SGD([w * 2], lr=0.1)": "computed from others cannot be optimized",
    "torch.optim.SGD(w, lr=0.1)": "a list of parameters",
    "torch.optim.SGD(net.parameters, lr=0.1)": "a method is not iterable",
    "Bare()": "before its __init__ was called",
    "Empty()(w)": "missing its forward function",
    "net.wieght": "no such attribute",
    "net(w, w)": "another number of arguments",
    "net(torch.ones(3, 2))": "shapes of the two matrices",
    "net(torch.ones(3, 1, dtype=torch.float64))": "different dtypes",
    "torch.ones(2, 2) @ torch.ones(2, 2).double()": "different dtypes",
    "F.mse_loss(torch.ones(2, 1), torch.ones(2, 1).long()).backward()": "not require",
    "F.binary_cross_entropy(v.sigmoid(), torch.ones(2).long())": "different dtypes",
    "torch.ones(2) + torch.ones(3)": "sizes of the two tensors",
    "torch.ones(3).view(2, 2)": "does not fit the number of entries",
    "torch.ones(3).item()": "cannot become one number",
    "float(torch.ones(3))": "cannot become one number",
    "if torch.ones(3): pass": "several values is ambiguous",
    "F.binary_cross_entropy(torch.tensor([2.0]), torch.ones(1))": "between 0 and 1",
    "F.binary_cross_entropy(torch.ones(2, 1), torch.ones(2))": "different sizes",
    "torch.ones(2).sum(dim=3)": "dimension is out of range",
    "torch.tensor(1.0)[0]": "no dimensions cannot be indexed",
    "list(torch.tensor(1.0))": "cannot be iterated over",
    "list(np.array(1.0))": "cannot be iterated over",
    "torch.exp(1.0)": "takes a tensor",
    "torch.sigmoid([1.0])": "takes a tensor",
    "[1, 2] * 0.5": "cannot be multiplied by a decimal",
    "2.0 ^ 2": "^ does not work",
    "w ^ 2": "^ does not work",
    "np.ones(2) ^ 2": "^ does not work",
    "np.ones(2) + np.ones(3)": "shapes of the two arrays",
    "bool(np.ones(2))": "several elements is ambiguous",
    "np.dot(np.ones(2), np.ones(3))": "do not fit a product",
    "np.ones((2, 2)) @ np.ones(3)": "do not fit a product",
    "math.exp(np.ones(3))": "cannot become one number",
    "float(np.ones(3))": "cannot become one number",
    "math.exp([1.0])": "got several",
    "-[1.0]": "a list is no number",
    "1 - [1.0]": "a list is no number",
    "[1.0] - [1.0]": "a list is no number",
    "a = np.ones(2, int); a *= 0.5": "does not fit into the array",
    "math.exp(1000)": "larger than a float",
    "10.0 ** 1000": "larger than a float",
    "math.log(0)": "not defined there",
    "1 / 0": "division by zero",
    "unset()": "no value yet",
    "lerning_rate": "the name is not defined",
    "(1.0)(2)": "a number is not callable",
    "print[1]": "a function cannot be indexed",
    "unset[1]": "a function cannot be indexed",
    "list(1.0)": "one number is no list",
    "(1.0)[0]": "one number is no list",
    "(1.0).backward()": "a plain number has no such attribute",
    "[1.0].mean()": "a list has no such attribute",
    "[1][3]": "outside the list",
    "a, b = 1": "as many values as names",
    "a, b = [1]": "as many values as names",
    "a, b = 1, 2, 3": "as many values as names",
    "one(1, 2)": "another number of arguments",
    "one()": "another number of arguments",
    "one(y=1)": "a name it does not know",
    "forever()": "without an end",
}

PRELUDE = """
import copy, math
import numpy as np
import torch
import torch.nn.functional as F
w = torch.tensor([1.5], requires_grad=True)
v = torch.tensor([1.5, 2.5], requires_grad=True)
net = torch.nn.Linear(1, 1)
class Bare(torch.nn.Module):
    def __init__(self):
        self.linear = torch.nn.Linear(1, 1)
class Empty(torch.nn.Module):
    pass
def unset():
    if False:
        value = 1
    return value
def one(x):
    return x
def forever():
    return forever()
"""


@functools.cache
def raised(code: str) -> tuple[str, str]:
    """Return the type and the text of what a line of code raises."""
    names: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(PRELUDE, names)  # noqa: S102 - a student's line must really run
        with pytest.raises(Exception) as caught:  # noqa: PT011 - any will do
            exec(code, names)  # noqa: S102
    return type(caught.value).__name__, str(caught.value)


@pytest.mark.parametrize("code", SAYINGS)
def test_exception_is_told_in_plain_words(code: str) -> None:
    found = known(*raised(code))

    assert found is not None, raised(code)
    assert SAYINGS[code] in found.text
    assert found.question.endswith("?")


def test_many_different_questions_are_known() -> None:
    found = [known(*raised(code)) for code in SAYINGS]

    assert len({one.question for one in found if one}) >= 30


def told_of(source: str, raised: Raised) -> str:
    """Return what a hidden check says about an exception in a program's `loss`."""
    hearsay = Hearsay(program(source))
    return words.raised("loss", hearsay.hidden(hearsay.failure(raised)))


def test_words_for_a_known_exception_hold_nothing_of_its_own_text() -> None:
    message = "The size of tensor a (31) must match the size of tensor b (4.75)"
    source = "def loss(a, b):\n    c = 1\n    return a + b"
    raised = Raised("RuntimeError", f"{message} at x = secret", "work.py", 3)
    told = told_of(source, raised)

    assert told == (
        "`loss` stopped with RuntimeError: the sizes of the two tensors do not match, "
        "at work.py, line 3 (`return a + b`)."
    )


def test_unknown_exception_keeps_its_text_without_numbers() -> None:
    source = "class Strange(Exception): pass\ndef loss(x): raise Strange(f'x was {x}')"
    told = told_of(source, Raised("Strange", "x was 3.75"))

    assert told == "`loss` stopped with Strange: x was …."
    assert known("Strange", "x was 3.75") is None


def test_exception_of_another_type_is_not_taken_for_a_known_one() -> None:
    assert known("KeyError", "division by zero") is None


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.known.text)
def test_rule_takes_no_longer_than_its_text_is_long(rule: _Rule) -> None:
    texts = [*hostile(rule.pattern)]
    for start, unit in (texts[0], *texts[-3:]):
        sizes = (500, 20_000, 200_000, 1_000_000)

        assert not grows(rule.pattern.search, rule.pattern, start, unit, sizes)


def test_rules_meet_only_what_the_door_has_cut() -> None:
    message = "a" * 1_000_000
    reply = {"raised": {"type": "TypeError", "message": message}}
    raised = answer_of(Call("f"), reply)

    assert isinstance(raised, Raised)
    assert known(raised.type_name, raised.message) is None
    assert len(raised.message) == MESSAGE_CAP
