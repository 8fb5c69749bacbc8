"""Whatever a worker answers, it is never our fault and never earns a grade."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from attacks.attacking import MARK
from helpers import SMALL_VISIBLE, checkers_of, verdict_on, verdicts

from grader.course import load_course
from grader.judging.session import How, Judges, open_judges
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.course import Course
    from grader.model import Verdict
    from grader.sandbox.host.gate import Gate

REMOTE = """\
import torch

from grader import close_to, points

KEY = "{secret}"


@points(2)
def test_call(student, draw):
    \"\"\"double(x) is twice x.\"\"\"
    x = draw.real()
    call = student.double.call(x)
    assert call.value == close_to(2 * x), KEY
    assert call.arguments == (x,)


@points(2)
def test_gradient(student, draw):
    \"\"\"The gradient of double is 2.\"\"\"
    w = torch.tensor(draw.real(), requires_grad=True)
    assert student.double.gradient(w) == close_to(2)


@points(2)
def test_parameters(student):
    \"\"\"A model has a weight.\"\"\"
    model = student.Model()
    assert callable(model)
    assert len(model.parameters()) == 1


@points(2)
def test_load(student, draw):
    \"\"\"A model with a weight w gives w x.\"\"\"
    model = student.Model()
    assert callable(model)
    w, x = draw.real(), draw.real()
    model.load([torch.tensor([[w]])])
    assert model(torch.tensor([[x]])) == close_to(w * x)


@points(2)
def test_start(student, reference):
    \"\"\"A model can be given the reference's weights.\"\"\"
    model, expected = student.Model(), reference.Model()
    assert callable(model)
    at = torch.tensor([[-1.7], [2.9]])
    model.start_like(expected, at=at)
    assert model(at) == close_to(expected(at))
"""
MODEL = """\
import torch


def double(x):
    return 2 * x


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(1, 1, bias=False)

    def forward(self, x):
        return self.linear(x)
"""
LIAR = """
import sys
wire = sys.modules["grader.sandbox.wire"]
decode, encode = wire.decode, wire.encode
now = {"do": "load"}
inf, nan = float("inf"), float("nan")
H = wire.Handle
BAD = {"type": "E", "message": "m", "label": "l", "line": 1, "text": "t",
       "hole": False, "memory": False}


def heard(*arguments, **how):
    number, request = decode(*arguments, **how)
    now.update(request)
    return number, request


def said(number, reply, *more):
    honest = not isinstance(reply, dict) or now["do"] != OPERATION
    return encode(number, reply, *more) if honest else encode(number, LIE, *more)


wire.decode, wire.encode = heard, said
"""
# What a worker answers instead of the reply; each is an expression in its program.
LIES = (
    *("None", "0", "''", "[]", "{}", "nan", "H(0, 'x')", "torch.ones(3)", "{1: 2}"),
    *("{'value': None}", "{'value': H(10**15, '')}", "{'value': [[], {}, ()]}"),
    *("{'value': 1, 'arguments': ()}", "{'value': 1, 'arguments': 7}"),
    *("{'value': 1, 'arguments': (nan,), 'gradient': 'x'}",),
    *("{'value': [1, None, H(1, 'Tensor')], 'arguments': (1,)}",),
    *("{'value': torch.ones(0), 'arguments': (1,), 'gradient': torch.ones(0, 5)}",),
    *("{'value': torch.ones(1, dtype=torch.complex64), 'arguments': (H(5, 'x'),)}",),
    *("{'value': [torch.ones(0)] * 9}", "{'value': [torch.ones(10**6)]}"),
    *("{'value': [torch.tensor([[True]])], 'arguments': ([],)}",),
    *("{'value': [torch.ones(1, dtype=torch.complex64)]}",),
    *("{'value': H(3, '\\x1b[31m' * 99), 'arguments': ()}",),
    *("{'value': 1 << 16000, 'arguments': (1 << 16000,)}",),
    *("{'raised': 1}", "{'raised': {}}", "{'raised': {**BAD, 'line': 1 << 16000}}"),
    *("{'raised': {**BAD, 'line': -1}}", "{'raised': {**BAD, 'hole': True}}"),
    *("{'raised': {**BAD, 'memory': True, 'message': '\\x1b' * 10**5}}",),
    *("{'raised': {**BAD, 'label': 'x' * 10**5, 'text': '{0}', 'type': ''}}",),
    *("{'raised': [BAD, BAD]}", "{'raised': {**BAD, 'more': 1}}", "{'raised': False}"),
    *("{'missing': 1}", "{'missing': 'double'}", "{'missing': '\\x00' * 999}"),
    *("{'signature': None}", "{'signature': '(' * 10**5}", "{'not_callable': []}"),
    *("{'not_callable': '`' * 10**5}", "{'too_large': b''}", "{'too_large': 'x'}"),
    *("{'failures': None, 'names': []}", "{'failures': [], 'names': None}"),
    *("{'failures': [1], 'names': ['double']}", "{'failures': [], 'names': [1, []]}"),
    *("{'failures': [{**BAD, 'line': 1 << 16000}] * 9, 'names': []}",),
    *("{'failures': [{**BAD, 'line': True}], 'names': []}",),
    *("{'failures': [{**BAD, 'label': '\\x1b[2J' * 99}] * 99, 'names': []}",),
    *("{'failures': [], 'names': ['doubl' + 'e' * n for n in range(1000)]}",),
    *("{'failures': [], 'names': ['duoble', '\\x1b', '', 'x' * 10**5]}",),
    *("{'failures': [BAD] * 2000, 'names': ['x'] * 9999}",),
)
# Which lies are told about which requests; an answer to another one is as good as none.
TOLD = {
    "load": lambda lie: "failures" in lie or "'" not in lie,
    "call": lambda lie: "failures" not in lie,
    "parameters": lambda lie: "failures" not in lie and "arguments" not in lie,
    "assign": lambda lie: "raised" in lie or "'" not in lie,
}
QUICK = """\
title = "Lied to"
exercises = ["double"]
[limits]
seconds_per_call = 0.5
seconds_per_exercise = 1
memory_mb = 200
"""


@pytest.fixture(scope="module")
def liars(gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judges]:
    with asking(gate, tmp_path_factory.mktemp("lied-to")) as judges:
        yield judges


@contextmanager
def asking(gate: Gate, folder: Path) -> Iterator[Judges]:
    """Yield judges whose checks make every kind of request."""
    place = folder / "solutions" / "double"
    place.mkdir(parents=True)
    (place.parent / "course.toml").write_text(QUICK)
    (place / "solution.py").write_text(MODEL)
    (place / "test_visible.py").write_text(SMALL_VISIBLE)
    (place / "test_hidden.py").write_text(REMOTE.format(secret="".join(MARK)))
    course = load_course(folder)
    with open_judges(course, jobs=2, many=True, gate=gate) as judges:
        assert judges.checks
        pids = checkers_of(judges)
        yield judges

        assert checkers_of(judges) == pids


@pytest.fixture(scope="module")
def lied(liars: Judges) -> dict[tuple[str, str], Verdict]:
    return lied_to(liars)


def lied_to(liars: Judges) -> dict[tuple[str, str], Verdict]:
    """Return the verdict on every lie about every request, judged side by side.

    One parser reads all answers: every lie is told about a call, and some about the
    other requests. Where values cross, some reach the search for reasons as well.
    """
    found: dict[tuple[str, str], Verdict] = {}
    for operation in TOLD:
        lies = [(operation, lie) for lie in told_about(operation)]
        searched = lies[::3] if operation == "call" else []
        plain = [lie for lie in lies if lie not in searched]
        for some, diagnose in ((searched, True), (plain, False)):
            how = How(again=False, diagnose=diagnose)
            judged = verdicts(liars, [MODEL + liar(*lie) for lie in some], how=how)
            found.update(zip(some, judged, strict=True))
    return found


def told_about(operation: str) -> list[str]:
    """Return the lies about a kind of request: all of them about a call, else some."""
    told = [lie for lie in LIES if TOLD[operation](lie)]
    return told if operation == "call" else told[::2]


def liar(operation: str, lie: str) -> str:
    return LIAR.replace("OPERATION", repr(operation)).replace("LIE", lie)


def hidden_outcomes(verdict: Verdict) -> set[Outcome]:
    return {finding.outcome for finding in verdict.findings[1:]}


def test_honest_worker_passes_what_the_liars_are_asked(liars: Judges) -> None:
    honest = verdict_on(liars, MODEL + liar("nothing", "None"))

    assert hidden_outcomes(honest) == {Outcome.PASSED}


@pytest.mark.parametrize("operation", TOLD)
def test_lie_about_a_request_is_the_students_own(
    lied: dict[tuple[str, str], Verdict], operation: str
) -> None:
    told = {lie: verdict for (op, lie), verdict in lied.items() if op == operation}

    assert len(told) > 8
    for lie, verdict in told.items():
        assert verdict.faults == (), lie
        assert Outcome.GRADER_ERROR not in hidden_outcomes(verdict), lie
        assert all("\x1b" not in f.message for f in verdict.findings), lie
        if operation == "call":
            assert Outcome.PASSED not in hidden_outcomes(verdict), lie


# What a model says that its parameters are.
PARAMETERS = (
    "return iter([])",
    "return [self.linear.weight, self.linear.weight]",
    "return [torch.ones(1, 1)]",
    "return [7]",
    "return 'weights'",
    "yield from ()\n        raise SystemExit",
    "while True: yield self.linear.weight",
    "return [torch.ones(1, device='meta')]",
    "return [torch.ones(1).to_sparse()]",
)


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_model_that_lies_about_its_parameters_earns_what_it_computes(
    liars: Judges, parameters: str
) -> None:
    lying = MODEL + f"\n    def parameters(self):\n        {parameters}\n"
    verdict = verdicts(liars, [lying], how=How(again=False))[0]
    outcomes = {finding.name: finding.outcome for finding in verdict.findings}

    assert verdict.faults == ()
    assert outcomes["test_call"] is outcomes["test_gradient"] is Outcome.PASSED
    assert outcomes["test_load"] is not Outcome.PASSED
    assert outcomes["test_start"] is not Outcome.PASSED


# The right numbers, without a graph; what was given is overwritten.
SPOILS = """
def double(x):
    if isinstance(x, torch.Tensor):
        with torch.no_grad():
            return x.mul_(2).detach()
    return 2 * x
"""
# What a worker says of itself, besides its values, and which checks that earns.
CLAIMS = {
    "nothing": ("reply", {"test_call"}),
    "the right gradient": (
        "{**reply, 'gradient': torch.tensor(2.0)}",
        {"test_call", "test_gradient"},
    ),
    "another gradient": ("{**reply, 'gradient': torch.tensor(3.0)}", {"test_call"}),
    "other arguments": ("{**reply, 'arguments': (7.0,)}", set()),
    "another value": ("{**reply, 'value': 7.0}", set()),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_a_program_says_of_itself_earns_what_it_is_compared_with(
    liars: Judges, claim: str
) -> None:
    told, earned = CLAIMS[claim]
    verdict = verdicts(
        liars, [MODEL + SPOILS + liar("call", told)], how=How(again=False)
    )[0]
    passed = {f.name for f in verdict.findings if f.outcome is Outcome.PASSED}

    assert verdict.faults == ()
    assert passed & {"test_call", "test_gradient"} == earned


def test_checks_of_the_course_take_any_answer(judges: Judges, course: Course) -> None:
    (exercise,) = [ex for ex in course.exercises if ex.id == "linear_regression"]
    assert exercise.solution is not None
    honest = exercise.solution.read_text(encoding="utf-8")
    told = [
        ("call", "None"),
        ("call", "{'value': 3, 'arguments': (1,) * 5}"),
        ("call", "{'value': H(10**15, ''), 'arguments': ()}"),
        ("parameters", "{'value': [torch.ones(10**6)]}"),
    ]
    lying = [honest + liar(*lie) for lie in told]
    how = How(again=False, diagnose=False)
    found = verdicts(judges, lying, exercise.id, how)

    assert [verdict.faults for verdict in found] == [()] * len(told)
