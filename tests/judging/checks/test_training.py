"""`student.training`, from the program to a grade, a curve and a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from helpers import notebook, program, verdict_on

from grader.judging.checks.calls import Calls
from grader.judging.checks.evidence import CheckEnded, Comparison, Evidence
from grader.judging.checks.host import Host
from grader.judging.checks.student import Remote, Student
from grader.judging.curves import POINTS_CAP, curve_of
from grader.judging.session import Judges, open_judges
from grader.model import (
    Check,
    Curve,
    Finding,
    Limits,
    Outcome,
    Program,
    Verdict,
    Visibility,
)
from grader.sandbox.host.wall import NoWall, ZygoteWall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

DATA = """\
import torch
x_data, y_data = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]
"""
LOOP = """\
for epoch in range(10):
    for x, y in zip(x_data, y_data):
        l = (w * x - y) ** 2
        l.backward()
        w.data = w.data - 0.01 * w.grad.data
        w.grad.data.zero_()
"""
START = "w = torch.randn(1, requires_grad=True)\n"
PREDICT = "def predict(x): return (w * x).item()\n"
RIGHT = DATA + START + LOOP + PREDICT

SOLUTION = RIGHT
VISIBLE = '''\
from grader import about, close_to

@about("predict")
def test_prediction_grows(student):
    """predict(2) is twice predict(1)."""
    assert student.predict(2.0) == close_to(2 * student.predict(1.0))
'''
HIDDEN = '''\
import torch
from grader import about, close_to, points

X, Y = [1.0, 2.0, 3.0], [2.0, 4.0, 6.0]

def reference_from(start):
    """Return the losses and the end of the lesson's loop from this start."""
    w, losses = start.clone().requires_grad_(), []
    for _ in range(10):
        for x, y in zip(X, Y):
            loss = (w * x - y) ** 2
            loss.backward()
            w.data = w.data - 0.01 * w.grad.data
            w.grad.data.zero_()
            losses.append(loss.item())
    return losses, w.item()

@points(10)
@about("predict")
def test_loop_ends_where_sgd_ends_from_the_student_s_own_start(student, draw):
    """The loop trains as the lesson's does, from wherever it starts."""
    runs = [run for run in student.training if run.passes > 1 and run.start]
    x = draw.real()
    if not runs:
        # Trained without backward(): ten epochs from any start of randn come near 2.
        assert student.predict(x) == close_to(2 * x, rtol=0.3)
        return
    losses, end = reference_from(runs[-1].start[0])
    assert runs[-1].losses == close_to(losses)
    assert student.predict(x) == close_to(end * x)
'''
BY_HAND = (
    LOOP.replace("l.backward()", "g, = torch.autograd.grad(l, w)")
    .replace("w.grad.data.zero_()", "pass")
    .replace("w.grad.data", "g")
)


@pytest.fixture(scope="module")
def loop_course(make_course: Callable[..., Course]) -> Course:
    return make_course(hidden=HIDDEN, visible=VISIBLE, solution=SOLUTION)


@pytest.fixture(scope="module")
def loops(loop_course: Course, gate: Gate) -> Iterator[Judges]:
    """Return judges who grade a loop at top level."""
    with open_judges(loop_course, gate=gate) as started:
        yield started


def hidden(judges: Judges, work: Program) -> Finding:
    return verdict_on(judges, work).findings[1]


WORKS = {
    "script": (program(RIGHT), Outcome.PASSED),
    "notebook": (notebook(DATA, START, LOOP, PREDICT), Outcome.PASSED),
    "one cell": (notebook(RIGHT), Outcome.PASSED),
    "another start": (
        program(RIGHT.replace("torch.randn(1,", "torch.tensor([-4.5],")),
        Outcome.PASSED,
    ),
    "trial model first": (
        program(DATA + START.replace("w", "v") + LOOP.replace("w", "v") + RIGHT),
        Outcome.PASSED,
    ),
    "cell run twice": (notebook(DATA, START, LOOP, LOOP, PREDICT), Outcome.PASSED),
    "in a function": (
        program(
            DATA
            + START
            + "def train():\n    for _ in range(1):\n"
            + "".join(f"        {line}\n" for line in LOOP.splitlines())
            + "train()\n"
            + PREDICT
        ),
        Outcome.PASSED,
    ),
    "optimizer": (
        program(
            RIGHT.replace(LOOP, "o = torch.optim.SGD([w], lr=0.01)\n" + LOOP)
            .replace("w.data = w.data - 0.01 * w.grad.data", "o.step()")
            .replace("w.grad.data.zero_()", "o.zero_grad()")
        ),
        Outcome.PASSED,
    ),
    "autograd.grad": (
        program(RIGHT.replace(LOOP, BY_HAND).replace("randn(1", "ones(1")),
        Outcome.PASSED,
    ),
    "never zeroed": (
        program(RIGHT.replace("w.grad.data.zero_()", "pass")),
        Outcome.FAILED,
    ),
    "another rate": (program(RIGHT.replace("0.01", "0.02")), Outcome.FAILED),
    "an epoch more": (program(RIGHT.replace("10", "11")), Outcome.FAILED),
    "predicts with another weight": (
        program(RIGHT + "w = torch.ones(1)\n"),
        Outcome.FAILED,
    ),
}


@pytest.mark.parametrize("name", WORKS)
def test_loop_at_top_level_is_graded_from_the_student_s_own_start(
    loops: Judges, name: str
) -> None:
    work, outcome = WORKS[name]

    assert hidden(loops, work).outcome is outcome


@pytest.fixture
def host(gate: Gate) -> Iterator[Callable[..., Host]]:
    """Yield a maker of hosts, behind the wall or without one; close them in the end."""
    made: list[Host] = []
    control = gate.connect()
    assert control is not None

    def make(source: str, *, plain: bool = False) -> Host:
        wall = NoWall((), 1.0) if plain else ZygoteWall(control)
        made.append(Host(program(source), Limits(), wall.launch))
        return made[-1]

    yield make
    for each in made:
        each.close()
    control.close()


def student_of(host: Host, evidence: Evidence | None = None) -> Student:
    return Student(Calls(host, evidence or Evidence(), Visibility.HIDDEN, Remote))


def test_check_sees_top_level_runs_and_those_of_its_own_calls(
    host: Callable[..., Host],
) -> None:
    source = RIGHT + "def train(w):\n    (w * 2).backward()\n    return w\n"
    one = host(source)
    first = student_of(one)
    first.train(torch.ones(1, requires_grad=True))
    second = student_of(one)

    assert [run.passes for run in first.training] == [30, 1]
    assert [run.function for run in first.training] == ["", "train"]
    assert [run.passes for run in second.training] == [30]


def test_gradient_that_a_check_asks_for_is_no_training(
    host: Callable[..., Host],
) -> None:
    student = student_of(host("def f(w): return w * w"))
    student.f.gradient(torch.ones(1, requires_grad=True))

    assert student.training == ()


def test_torch_that_the_program_imports_in_its_only_cell_is_watched(
    host: Callable[..., Host],
) -> None:
    source = "def whole():\n" + "".join(
        f"    {line}\n" for line in (DATA + START + LOOP).splitlines()
    )
    (run,) = student_of(host(source + "whole()\n", plain=True)).training

    assert (run.passes, run.function, run.line) == (30, "whole", 8)


@pytest.mark.parametrize("source", ["", "import sys; sys.modules['torch'] = sys"])
def test_program_without_torch_has_no_record(
    host: Callable[..., Host], source: str
) -> None:
    assert student_of(host(source, plain=True)).training == ()


def test_hostile_record_ends_the_check(host: Callable[..., Host]) -> None:
    source = """\
import sys
worker = sys.modules["grader.sandbox.worker.recorder"].Recorder
worker.report = lambda self: [{"losses": "all right"}]
"""
    with pytest.raises(CheckEnded) as ended:
        _ = student_of(host(source)).training

    assert ended.value.outcome is Outcome.CRASHED


TRAIN = """\
import torch
def train(w, epochs):
    losses = []
    for _ in range(epochs):
        l = (w * 3 - 6) ** 2
        l.backward()
        w.data = w.data - 0.01 * w.grad.data
        w.grad.data.zero_()
        losses.append(l.item())
    return losses
"""
CURVE_VISIBLE = '''\
import torch
from grader import close_to
LOSSES = [9.0 * 0.82 ** (2 * n) for n in range(40)]

def test_losses(student):
    """The losses fall."""
    losses = student.train(torch.ones(1, requires_grad=True), 40)
    assert losses == close_to(LOSSES)
'''
CURVE_HIDDEN = CURVE_VISIBLE.replace(
    "import close_to", "import close_to, points"
).replace("def test_losses", "@points(10)\ndef test_hidden_losses")


def test_losses_of_a_visible_check_become_curves_and_those_of_a_hidden_one_do_not(
    judge_small: Callable[..., Verdict],
) -> None:
    work = program(TRAIN.replace("0.01", "0.005"))
    found = judge_small(
        work, visible=CURVE_VISIBLE, hidden=CURVE_HIDDEN, solution=TRAIN
    )
    (curve,) = found.curves

    assert curve.name == "test_losses"
    assert len(curve.student) == len(curve.reference) == POINTS_CAP
    assert curve.student[0] == curve.reference[0] == 9.0
    assert curve.student[-1] > curve.reference[-1]
    assert curve.reference[-1] == pytest.approx(9.0 * 0.82**78)


def evidence(got: list[float], expected: list[float], rtol: float = 1e-4) -> Evidence:
    numbers = torch.tensor(expected, dtype=torch.float64).numpy()
    mine = torch.tensor(got, dtype=torch.float64).numpy()
    return Evidence(comparisons=[Comparison(numbers, mine, "list", rtol=rtol)])


CHECK = Check("test_losses", "The losses fall.", ("train",), Visibility.VISIBLE, 0.0)


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (
            evidence([3.0, 2.0], [3.0, 1.0]),
            Curve("test_losses", (3.0, 2.0), (3.0, 1.0)),
        ),
        (
            evidence([3.0, 2.0, float("nan"), 1.0], [3.0, 1.0]),
            Curve("test_losses", (3.0, 2.0), (3.0, 1.0)),
        ),
        (
            evidence([float("inf")] * 2, [3.0, 1.0]),
            Curve("test_losses", (), (3.0, 1.0)),
        ),
        (evidence([3.0, 2.0], [1.0, 1.0]), None),
        (evidence([3.0, 2.0], [3.0, 1.0], rtol=1e9), None),
        (evidence([3.0], [3.0]), None),
    ],
)
def test_curve_is_what_can_be_one(
    host: Callable[..., Host], seen: Evidence, found: Curve | None
) -> None:
    one = host(TRAIN)
    line = Calls(one, seen, Visibility.VISIBLE, Remote)
    Student(line).train(torch.ones(1, requires_grad=True), 4)

    assert curve_of(CHECK, seen, one) == found


def test_numbers_of_a_check_that_trained_nothing_are_no_curve(
    host: Callable[..., Host],
) -> None:
    assert curve_of(CHECK, evidence([3.0, 2.0], [3.0, 1.0]), host(TRAIN)) is None
