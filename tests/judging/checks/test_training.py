"""`student.training`, from the program to a grade, a curve and a report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import torch
from helpers import a_verdict, notebook, program, runs_told, verdict_on, work

import grader.report
from grader.judging.checks.evidence import CheckEnded, Comparison, Evidence
from grader.judging.checks.host import Host
from grader.judging.checks.student import Line, Student
from grader.judging.checks.training import Run
from grader.judging.curves import POINTS_CAP, curve_of
from grader.judging.session import Judges, open_judges
from grader.model import (
    RESULTS_SCHEMA,
    Check,
    Curve,
    Environment,
    Finding,
    Limits,
    Outcome,
    Program,
    Results,
    Role,
    Said,
    Verdict,
    Visibility,
)
from grader.report.formats import markdown, results_json
from grader.report.letter import letter_of
from grader.report.sparks import sparks
from grader.sandbox.host.wall import NoWall, ZygoteWall
from grader.sandbox.worker.recorder import Recorder
from grader.scoring import score_submission, score_work

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


def test_loop_at_top_level_is_graded_without_a_wall_too(loop_course: Course) -> None:
    with open_judges(loop_course, sandbox="none") as started:
        found = [
            hidden(started, WORKS[name][0]) for name in ("one cell", "never zeroed")
        ]

    assert [f.outcome for f in found] == [Outcome.PASSED, Outcome.FAILED]


@pytest.fixture
def host(gate: Gate) -> Iterator[Callable[..., Host]]:
    """Return a maker of hosts, behind the wall or without one; close what it made."""
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
    return Student(Line(host, evidence or Evidence(), Visibility.HIDDEN))


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


def told() -> dict[str, object]:
    """Return one run as an honest worker tells of it."""
    recorder = Recorder()
    recorder.install()
    recorder.next_call()
    w = torch.ones(1, requires_grad=True)
    for _ in range(3):
        (w * 2).sum().backward()
    (run,) = recorder.report(99)
    recorder.uninstall()
    return run


GARBLED: dict[str, list[object]] = {
    "label": [None, 3],
    "line": [-1, 1 << 60, True, "1"],
    "function": [b""],
    "ago": [-1, 0.5],
    "passes": [2, -3, None],
    "steps": [float("nan")],
    "loss_numbers": [[0, 1, 2], torch.tensor([0, 2, 1]), torch.tensor([0, 1, 3])],
    "losses": [None, torch.ones(2), torch.ones(3, 1), torch.ones(3) * 1j],
    "numbers": [torch.ones(3), torch.tensor([0, 0, 1]), torch.zeros(0)],
    "weights": [[], [torch.ones(3, 2)], [torch.ones(2, 1)], ["w"], [torch.tensor(1)]],
    "gradients": [[torch.ones(3, 1)] * 2, [torch.ones(3, 1)] * 9000, {}],
    "end": [[], [torch.ones(2)], [torch.ones(1, dtype=torch.float64)], ["w"]],
}


def test_honest_record_is_read() -> None:
    (run,) = runs_told([told()]) or ()

    assert isinstance(run, Run)
    assert run.losses == (2.0, 2.0, 2.0)
    assert run.start == run.end == (torch.ones(1),)


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in GARBLED.items() for value in values],
)
def test_garbled_record_is_none(field: str, value: object) -> None:
    assert runs_told([{**told(), field: value}]) is None


@pytest.mark.parametrize("value", [None, {}, [None], [{}], [1] * 3, [[]]])
def test_what_is_no_list_of_runs_is_none(value: object) -> None:
    assert runs_told(value) is None
    assert runs_told([told()] * 65) is None
    assert runs_told([{**told(), "more": 1}]) is None


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
    line = Line(one, seen, Visibility.VISIBLE)
    Student(line).train(torch.ones(1, requires_grad=True), 4)

    assert curve_of(CHECK, seen, one) == found


def test_numbers_of_a_check_that_trained_nothing_are_no_curve(
    host: Callable[..., Host],
) -> None:
    assert curve_of(CHECK, evidence([3.0, 2.0], [3.0, 1.0]), host(TRAIN)) is None


CURVE = Curve("test_losses", (7.0, 4.0, 9.0), (7.0, 3.5, 0.0))


def test_sparks_draw_both_curves_to_one_scale() -> None:
    assert sparks(CURVE) == ["yours     █▅█  7 to 9", "expected  █▅▁  7 to 0"]
    assert sparks(Curve("a", (), (1.0, 1.0)))[0] == "yours     no finite loss"


def results(outcome: Outcome) -> Results:
    """Return a run of one student whose check on the losses ended so."""
    said = (Said(Role.SAW, "Other losses."),)
    verdict = a_verdict(Finding("test_losses", outcome, said), curves=(CURVE,))
    scored = score_work(work(TRAIN), (CHECK,), verdict, 10.0)
    return Results(
        schema=RESULTS_SCHEMA,
        course="Small",
        grader_version="0.1.0",
        environment=Environment(python="3.11.7", torch="2.13.0"),
        sandbox="landlock",
        submissions=(score_submission("s001", (scored,)),),
    )


def test_results_json_holds_the_curves_and_fits_its_schema() -> None:
    content = results_json.encode(results(Outcome.PASSED))
    schema = Path(grader.report.__file__).with_name("results.schema.json")
    (told,) = json.loads(content)["submissions"][0]["exercises"][0]["curves"]

    jsonschema.validate(json.loads(content), json.loads(schema.read_text()))
    assert told == {
        "name": "test_losses",
        "student": [7.0, 4.0, 9.0],
        "reference": [7.0, 3.5, 0.0],
    }
    assert results_json.parse(content).submissions[0].exercises[0].curves == (CURVE,)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.PASSED])
def test_report_draws_the_curves_of_a_check_that_failed(outcome: Outcome) -> None:
    run = results(outcome)
    page = markdown.page(letter_of(run.submissions[0], run))

    assert ("\n".join(sparks(CURVE)) in page) is (outcome is Outcome.FAILED)
