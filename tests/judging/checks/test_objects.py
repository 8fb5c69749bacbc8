"""What stays in the worker is used in a check like the object itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from in_process import InProcess, checking

from grader.judging.checks import words
from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import CheckEnded
from grader.model import Outcome, Visibility

PROGRAM = """
import dataclasses
import torch

answer_1 = torch.tensor([[2.5]])
losses = [3.0, 2.0]
model = torch.nn.Sequential(torch.nn.Linear(2, 1))

@dataclasses.dataclass
class Point:
    x: float
    tags: list

class Number:
    def __init__(self, data):
        self.data, self.grad = data, 0.0
    def __mul__(self, other):
        return Number(self.data * getattr(other, "data", other))
    __rmul__ = __mul__
    def __pow__(self, other):
        return Number(self.data ** other)
    def __neg__(self):
        return Number(-self.data)
    def __lt__(self, other):
        return self.data < getattr(other, "data", other)
    def __eq__(self, other):
        return self.data == getattr(other, "data", other)
    def __float__(self):
        return float(self.data)
    def __repr__(self):
        return f"Number({self.data})"

class Shelf:
    def __init__(self, books):
        self.books = list(books)
    def __len__(self):
        return len(self.books)
    def __getitem__(self, place):
        return self.books[place]
    def __setitem__(self, place, book):
        self.books[place] = book
    def __delitem__(self, place):
        del self.books[place]
    def __iter__(self):
        return iter(self.books)
    def __contains__(self, book):
        return book in self.books
    def first(self, *, upper=False):
        return self.books[0].upper() if upper else self.books[0]

class BadRate(ValueError):
    pass

def refuse(rate):
    if rate < 0:
        raise BadRate("negative")
    raise NotImplementedError("refuse: not written yet")

def evens():
    number = 0
    while True:
        print(number)
        yield number
        number += 2

def twice(function, value):
    return function(function(value))

def double(x):
    return 2 * x

def parts(model):
    return {"all": [model[0], model[0].bias]}
"""


def test_variables_of_the_program_are_values() -> None:
    with checking(PROGRAM) as (student, _):
        x = torch.ones(3, 2)

        assert student.answer_1 == close_to(2.5, shape=(1, 1))
        assert student.losses == [3.0, 2.0]
        assert student.losses[-1] < student.losses[0]
        assert tuple(student.model(x).shape) == (3, 1)
        assert len(student.model) == 1
        assert isinstance(student.torch.relu(torch.ones(1)), torch.Tensor)


def test_attributes_and_methods_are_forwarded() -> None:
    with checking(PROGRAM) as (student, _):
        point = student.Point(1.5, ["a"])
        weight = student.model[0].weight
        state = student.model.state_dict()
        changed = {name: torch.ones_like(value) for name, value in state.items()}
        student.model.load_state_dict(changed)
        point.x = 4.0

        assert (point.x, point.tags) == (4.0, ["a"])
        assert weight.shape == (1, 2)
        assert student.model(torch.ones(1, 2)) == close_to(3.0)
        assert student.model.eval().training is False
        assert [name for name, _ in student.model.named_parameters()] == [
            "0.weight",
            "0.bias",
        ]


def test_operators_are_forwarded_from_both_sides() -> None:
    with checking(PROGRAM) as (student, _):
        three = student.Number(3.0)

        assert (three * student.Number(2.0)).data == 6.0
        assert (2 * three).data == (three * 2).data == 6.0
        assert (-(three**2)).data == -9.0
        assert three < 4
        assert three == student.Number(3.0)
        assert float(three) == 3.0
        assert repr(three) == "Number(3.0)"
        assert (np.float64(2.0) * three).data == 6.0
        assert torch.equal(
            (torch.tensor([1.0, 2.0]) * three).data, 3 * torch.tensor([1.0, 2.0])
        )


def test_container_is_used_like_one() -> None:
    with checking(PROGRAM) as (student, _):
        shelf = student.Shelf(["b", "c"])
        shelf[0] = "a"
        del shelf[1]

        assert len(shelf) == 1
        assert "a" in shelf
        assert shelf
        assert [*shelf] == ["a"]
        assert shelf.first(upper=True) == "A"
        assert not student.Shelf([])


def test_iteration_takes_one_item_at_a_time() -> None:
    worker = InProcess()
    with checking(PROGRAM, worker=worker) as (student, evidence):
        numbers = student.evens()

        assert [next(numbers), next(numbers)] == [0, 2]
        assert [said.printed.strip() for said in evidence.exchanges] == ["", "0", "2"]
        with pytest.raises(CheckEnded, match="`evens` gave more than 10,000") as ended:
            for _ in numbers:
                pass
        assert ended.value.outcome is Outcome.ERROR


def test_objects_and_functions_may_stand_anywhere_in_arguments() -> None:
    with checking(PROGRAM) as (student, _):
        found = student.parts(student.model)["all"]

        assert student.twice(student.double, 3) == 12
        assert found[0].in_features == 2
        assert found[1].shape == (1,)
        assert student.Shelf([{"x": [found[0]]}])[0]["x"][0].in_features == 2


def test_exception_of_the_student_s_can_be_expected() -> None:
    with checking(PROGRAM) as (student, evidence):
        with pytest.raises(ValueError, match="negative"):
            student.refuse(-1)
        with pytest.raises(IndexError):
            student.Shelf([])[3]
        with pytest.raises(TypeError):
            student.double(1, 2)
        assert evidence.halted is None
        with pytest.raises(Exception, match="not written"):
            student.refuse(1)

        assert evidence.halted is not None
        assert evidence.halted.outcome is Outcome.NOT_ATTEMPTED


def test_missing_attribute_is_the_student_s_fault() -> None:
    with checking(PROGRAM) as (student, _):
        shelf = student.Shelf([])

        assert not hasattr(shelf, "colour")
        with pytest.raises(CheckEnded, match="A `Shelf` has no `colour`") as ended:
            _ = shelf.colour
        assert ended.value.outcome is Outcome.ERROR


def test_missing_variable_is_not_attempted() -> None:
    with checking(PROGRAM) as (student, _):
        with pytest.raises(CheckEnded, match="nothing of this name") as ended:
            assert student.result == close_to(1.0)

        assert ended.value.outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (lambda s: s.answer_1 == close_to(1.0), "`answer_1` holds 2.5, expected 1."),
        (lambda s: s.losses[0] == 1, "`losses` is not what this check says."),
        (
            lambda s: s.model[0].bias == close_to([1.0, 2.0]),
            "`Linear.bias` holds shape",
        ),
        (
            lambda s: s.Shelf("ab").first() == close_to(1),
            "`Shelf.first` gave a value of",
        ),
    ],
)
def test_words_name_what_was_looked_at(look: Any, said: str) -> None:
    with checking(PROGRAM) as (student, evidence):
        assert not look(student)

    assert words.failed(evidence, Visibility.VISIBLE).startswith(said)


class Liar(InProcess):
    """Answers every operation with the same value."""

    lie: object = None

    def request(self, payload: dict[str, Any], *allowed: float | None) -> object:
        if payload["do"] == "operate" and payload["operation"] != "name":
            return {"value": self.lie}
        return super().request(payload, *allowed)


@pytest.mark.parametrize(
    ("use", "lie"),
    [
        (len, -1),
        (len, 1 << 70),
        (len, "many"),
        (bool, 1),
        (repr, 3),
        (iter, [1]),
        (float, "nan"),
        (lambda shelf: 1 in shelf, "yes"),
    ],
)
def test_what_python_could_not_give_ends_the_worker(use: Any, lie: object) -> None:
    worker = Liar()
    worker.lie = lie
    with checking(PROGRAM, worker=worker) as (student, _):
        shelf = student.Shelf([])
        with pytest.raises(CheckEnded, match="no answer to a request") as ended:
            use(shelf)

    assert ended.value.outcome is Outcome.CRASHED


def test_very_long_text_is_cut() -> None:
    worker = Liar()
    worker.lie = "x" * 900_000
    with checking(PROGRAM, worker=worker) as (student, _):
        assert len(repr(student.Shelf([]))) == 100_000


LOSS = "def loss(w, x):\n    return forward(w, x)\n"
BROKEN = {
    "a parenthesis": "def forward(w, x):\n    return (w * x\n\n",
    "no body": "def forward(w, x):\n\n",
    "an indentation": "def forward(w, x):\n  y = w\n    return y\n",
    "an older Python": "def forward(w, x):\n    print w\n    return w * x\n",
    "a value": "forward = 1 / 0\n",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_name_that_was_kept_from_being_is_told_with_the_reason(broken: str) -> None:
    with (
        checking(broken + LOSS) as (student, _),
        pytest.raises(CheckEnded) as ended,
    ):
        student.loss(1.0, 2.0)

    assert ended.value.outcome is Outcome.ERROR
    assert ended.value.message.startswith("`forward` (work.py, line 1) was never")
    assert "The reason: work.py, line " in ended.value.message
    assert "NameError" not in ended.value.message


OTHERWISE = {
    "a local name": "def g():\n    forward = 0\n    return forward\n",
    "no such name": "other = 1\n",
}


@pytest.mark.parametrize("source", OTHERWISE.values(), ids=OTHERWISE.keys())
def test_stop_elsewhere_is_not_the_reason(source: str) -> None:
    with (
        checking(f"{source}{LOSS}y = 1 / 0\n") as (student, _),
        pytest.raises(CheckEnded, match="NameError: name 'forward' is not defined"),
    ):
        student.loss(1.0, 2.0)


def test_tensor_takes_the_place_of_a_parameter() -> None:
    with checking(PROGRAM) as (student, _):
        layer = student.model[0]
        layer.bias = torch.nn.Parameter(torch.ones(1))

        assert layer.bias == close_to(1.0)
        assert len(list(layer.named_parameters())) == 2
