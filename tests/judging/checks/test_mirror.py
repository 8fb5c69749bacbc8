"""What a check passes changes on both sides, whichever side changes it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from in_process import InProcess, checking

from grader.judging.answers import Part
from grader.judging.checks import words
from grader.judging.checks.comparison import close_to
from grader.judging.checks.evidence import CheckEnded
from grader.model import Outcome, Visibility
from grader.sandbox.arrays import Stream
from grader.sandbox.wire import Handle
from grader.sandbox.worker.mirrors import Mirrors

PROGRAM = """
import torch

def add_one(values):
    for i in range(len(values)):
        values[i] += 1

def note(log, text):
    log.append(text)
    log[-1:] = [text, {"n": len(log)}]
    return log

def rename(table):
    table["b"] = table.pop("a")
    table["b"].append(0)

def backward(w):
    (w * w).sum().backward()

def shrink(p):
    p.data = p.data[:1]

class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p -= group["lr"] * p.grad

def fails_late(values):
    values.append(1)
    raise ValueError("late")

def is_parameter(p):
    return isinstance(p, torch.nn.Parameter) and p.is_leaf

def same(a, b):
    return a is b

def itself(thing):
    return thing

def changed(values):
    add_one(values)
    return values

def copied(values):
    import copy
    return copy.deepcopy(values)

def first(a, b):
    return a

def throw(generator):
    return torch.rand(1, generator=generator)

def look(values):
    return True
"""
VALUES: list[float] = [1.0, 2.0]
W = torch.ones(1)


@pytest.mark.parametrize(
    "values",
    [[1.0, 2.0], np.array([1.0, 2.0]), torch.tensor([1.0, 2.0]), {0: 1.0, 1: 2.0}],
    ids=lambda value: type(value).__name__,
)
def test_what_was_passed_is_changed_in_place(values: Any) -> None:
    with checking(PROGRAM) as (student, _):
        student.add_one(values)
        student.add_one(values)

        assert [values[0], values[1]] == [3.0, 4.0]


@pytest.mark.parametrize(
    "values",
    [[1.0], np.array([1.0]), torch.tensor([1.0]), {0: 1.0}, torch.nn.Parameter(W)],
    ids=lambda value: type(value).__name__,
)
def test_what_returns_its_own_argument_returns_the_check_s_thing(values: Any) -> None:
    with checking(PROGRAM) as (student, evidence):
        assert student.itself(values) is values
        origin = evidence.origin(values)
        assert origin is not None
        assert origin.subject == ("itself", Part.VALUE, True)
        assert student.note([], "a") is not values
        assert student.itself.call(values).value is not values
        assert student.copied(values) is not values


def test_what_was_returned_and_changed_later_is_an_argument() -> None:
    values = [1.0]
    with checking(PROGRAM) as (student, evidence):
        assert student.itself(values) is values
        student.add_one(values)
        origin = evidence.origin(values)

    assert origin is not None
    assert origin.subject == ("add_one", Part.ARGUMENTS, True)


def test_what_was_left_as_it_was_is_an_argument() -> None:
    values, others = [1.0], [2.0]
    with checking(PROGRAM) as (student, evidence):
        student.look(values)
        student.look(others)
        student.same(others, [3.0])
        origin = evidence.origin(values)

        assert origin is not None
        assert origin.subject == ("look", Part.ARGUMENTS, True)
        assert evidence.origin(others) is None
        assert evidence.origin([1.0]) is None


def test_what_a_program_may_not_change_is_returned_as_it_left_it() -> None:
    values = [1.0]
    with checking(PROGRAM) as (student, _):
        student._line.may_change(frozenset())
        got = student.changed(values)

        assert got == [2.0]
        assert values == [1.0]


@pytest.mark.parametrize("told", [5, -1, None, "0", True, 1])
def test_program_cannot_pass_something_else_off_as_an_argument(
    monkeypatch: pytest.MonkeyPatch, told: object
) -> None:
    """The thing of number 1 is a list, and a tensor came back."""
    monkeypatch.setattr(Mirrors, "own", lambda *_: told)
    values, other = torch.tensor([1.0]), [2.0]
    with checking(PROGRAM) as (student, _):
        got = student.first(values, other)

        assert got is not values
        assert got is not other
        assert got == torch.tensor([1.0])


def test_generator_goes_on_where_the_student_left_it() -> None:
    with checking(PROGRAM) as (student, _):
        mine, theirs = (torch.Generator().manual_seed(7) for _ in range(2))
        first = student.throw(mine), student.throw(mine), torch.rand(1, generator=mine)
        again = [torch.rand(1, generator=theirs) for _ in range(3)]
        torch.rand(1, generator=mine)
        torch.rand(1, generator=theirs)

        assert [*first] == again
        assert student.throw(mine) == student.throw.call(theirs).value


def test_what_expand_gives_may_be_passed_also_to_what_fails() -> None:
    wide = torch.tensor([1.0, 2.0]).expand(3, 2)
    with checking(PROGRAM) as (student, _):
        with pytest.raises(CheckEnded):
            student.fails_late(wide)
        student.add_one(wide)

    assert torch.equal(wide, torch.tensor([[1.0, 2.0]] * 3))


def test_what_the_check_does_is_seen_by_the_next_call() -> None:
    with checking(PROGRAM) as (student, _):
        values = [1.0]
        student.add_one(values)
        values.append(5.0)
        student.add_one(values)
        log: list[Any] = []
        student.note(log, "x")
        log[1]["n"] = 7
        student.note(log, "y")

        assert values == [3.0, 6.0]
        assert log == ["x", {"n": 7}, "y", {"n": 3}]


def test_parts_of_a_dict_are_changed_in_place() -> None:
    inner = [1]
    with checking(PROGRAM) as (student, _):
        table = {"a": inner}
        student.rename(table)

        assert table == {"b": [1, 0]}
        assert table["b"] is inner


def run(cls: Any, start: torch.Tensor) -> tuple[torch.Tensor, Any]:
    p = torch.nn.Parameter(start.clone())
    opt = cls([p], lr=0.5)
    for factor in (1.0, 2.0):
        p.grad = factor * torch.ones(2)
        opt.step()
    return p.detach(), opt


def test_helper_runs_an_optimizer_of_the_student_s_and_one_of_torch() -> None:
    start = torch.tensor([1.0, 4.0])
    with checking(PROGRAM) as (student, _):
        got, optimizer = run(student.SGD, start)
        expected, _ = run(torch.optim.SGD, start)

        assert got == close_to(expected)
        assert optimizer.param_groups[0]["lr"] == 0.5
        assert student.is_parameter(torch.nn.Parameter(start))


@pytest.mark.parametrize("wrapped", [iter, list])
def test_optimizer_of_the_student_s_moves_a_module(wrapped: Any) -> None:
    net = torch.nn.Linear(2, 1)
    start = [each.detach().clone() for each in net.parameters()]
    with checking(PROGRAM) as (student, _):
        told = net.parameters() if wrapped is iter else list(net.parameters())
        optimizer = student.SGD(told, lr=0.5)
        net(torch.ones(1, 2)).sum().backward()
        optimizer.step()

        assert [*net.parameters()] == close_to([each - 0.5 for each in start])


def test_gradients_are_filled_and_shapes_change() -> None:
    w = torch.tensor([1.0, 3.0], requires_grad=True)
    with checking(PROGRAM) as (student, _):
        student.backward(w)
        assert w.grad == close_to([2.0, 6.0])
        student.backward(w)
        assert w.grad == close_to([4.0, 12.0])
        student.shrink(w)
        assert w.shape == (1,)


def test_one_thing_is_one_thing_in_the_worker() -> None:
    values = [1.0]
    with checking(PROGRAM) as (student, _):
        assert student.same(values, values)
        assert not student.same(values, [1.0])


def test_only_what_changed_crosses_again() -> None:
    sent: list[Any] = []

    class Watching(InProcess):
        def request(self, payload: dict[str, Any], *allowed: float | None) -> object:
            sent.append(payload.get("mirrored"))
            return super().request(payload, *allowed)

    large, small = np.zeros(1000), [0]
    with checking(PROGRAM, worker=Watching()) as (student, _):
        for _ in range(3):
            student.look((large, small))
        small.append(1)
        student.look((large, small))
        student.look([2])
        student.look(0)

    given = [[each[0] for each in one["given"]] for one in sent if one]
    assert given == [[0, 1], [], [], [1], [2], []]
    assert sent[-1]["dropped"] == [2]


def test_call_passes_copies_and_tells_of_them() -> None:
    values = [1.0]
    with checking(PROGRAM) as (student, _):
        call = student.add_one.call(values)

    assert values == [1.0]
    assert call.arguments == ([2.0],)


def test_all_is_put_back_when_the_check_has_ended() -> None:
    tensor = torch.tensor([1.0])
    for _ in range(2):
        with checking(PROGRAM) as (student, _):
            student.add_one(VALUES)
            student.add_one(tensor)
            assert VALUES == [2.0, 3.0]
            with pytest.raises(ValueError, match="late"):
                student.fails_late(VALUES)
            student.add_one(VALUES)
            assert VALUES == [3.0, 4.0]

    assert VALUES == [1.0, 2.0]
    assert tensor.item() == 1.0


def test_words_say_what_was_left_in_an_argument() -> None:
    values = [1.0, 2.0]
    with checking(PROGRAM) as (student, evidence):
        student.add_one(values)
        assert values != close_to([5.0, 3.0])

        told = words.failed(evidence, Visibility.VISIBLE)

    assert told == (
        "`add_one` left in its argument [2, 3], expected [5, 3]. The first that "
        "differs is [0]: 2, expected 5."
    )


@pytest.mark.parametrize(
    "left",
    [
        [(1, [1.0])],
        [(0, {"a": 1})],
        [(0, "text")],
        [(0, [1.0], torch.ones(1))],
        [(0, [1.0]), (0, [2.0])],
        [(0, [Handle(-9, "")])],
        [(0, torch.ones(1))],
        [(0, Stream(b"no", 1))],
        ["x"],
        {"0": [1.0]},
    ],
    ids=repr,
)
def test_worker_that_changes_what_it_was_not_given_is_ended(left: object) -> None:
    class Liar(InProcess):
        def request(self, payload: dict[str, Any], *allowed: float | None) -> object:
            if payload["do"] == "call":
                return {"value": None, "left": left}
            return super().request(payload, *allowed)

    values = [1.0]
    with (
        checking(PROGRAM, worker=Liar()) as (student, _),
        pytest.raises(CheckEnded, match="no answer to a request") as ended,
    ):
        student.look(values)

    assert ended.value.outcome is Outcome.CRASHED
    assert values == [1.0]


@pytest.mark.parametrize("content", [np.ones(2), torch.ones(1, dtype=torch.float64)])
def test_worker_cannot_change_what_a_thing_is(content: object) -> None:
    class Liar(InProcess):
        def request(self, payload: dict[str, Any], *allowed: float | None) -> object:
            if payload["do"] == "call":
                return {"value": None, "left": [(0, content, None)]}
            return super().request(payload, *allowed)

    with checking(PROGRAM, worker=Liar()) as (student, _), pytest.raises(CheckEnded):
        student.look(torch.ones(2))


def test_what_may_not_be_changed_stays_as_the_check_made_it() -> None:
    values, log = [1.0], [1.0]
    with checking(PROGRAM) as (student, _):
        student._line.may_change(frozenset({("add_one", 1)}))
        for _ in range(2):
            student.add_one(values)
            student.add_one(log)
        assert student.note(values, "x")[0] == 1.0

        assert (values, log) == ([1.0], [3.0])
