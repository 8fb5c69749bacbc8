"""A loaded machine fails nobody: time is the worker's computing time."""

from __future__ import annotations

import multiprocessing
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from helpers import verdicts

from grader.judging.session import How, Judges, open_judges
from grader.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

BUSY = 2
BUSY_S = 30.0
TIGHT = """\
title = "Small"
exercises = ["double"]
[limits]
seconds_per_call = 0.3
seconds_per_exercise = 0.9
"""
TRAINING = """\
import torch


def double(x):
    model = torch.nn.Linear(1, 1)
    steps = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range({epochs}):
        steps.zero_grad()
        loss = ((model(torch.ones(3, 1)) - 2) ** 2).sum()
        loss.backward()
        steps.step()
    return {result}
"""
COMPUTING = """\
import time


def double(x):
    end = time.process_time() + {seconds}
    while time.process_time() < end:
        pass
    return 2 * x
"""
PROGRAMS = {
    "right": "def double(x): return 2 * x",
    "trains": TRAINING.format(epochs=100, result="2 * x"),
    "trains and is wrong": TRAINING.format(epochs=100, result="x"),
    "computes for most of its time": COMPUTING.format(seconds=0.2),
    "never ends": "def double(x):\n    while True: pass",
}
P, F, T = Outcome.PASSED, Outcome.FAILED, Outcome.TIMEOUT
OUTCOMES = {
    "right": [P, P],
    "trains": [P, P],
    "trains and is wrong": [F, F],
    "computes for most of its time": [P, P],
    "never ends": [T, T],
}
ONCE = '''\
from grader import close_to, points


@points(10)
def test_double_of_a_fresh_number(student, reference, draw):
    """double(x) is twice x."""
    x = draw.real()
    assert student.double(x) == close_to(reference.double(x))
'''


def burn(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@contextmanager
def load() -> Iterator[None]:
    """Keep every core busy several times over, for a while at most."""
    spawn = multiprocessing.get_context("spawn")
    busy = [spawn.Process(target=burn, args=(BUSY_S,)) for _ in range(BUSY)]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.kill()
        for process in busy:
            process.join()


@pytest.fixture(scope="module")
def tight_judges(make_course: Callable[..., Course], gate: Gate) -> Iterator[Judges]:
    with open_judges(
        make_course(hidden=ONCE, table=TIGHT), jobs=2, gate=gate
    ) as started:
        yield started


def outcomes(judges: Judges) -> dict[str, list[Outcome]]:
    found = verdicts(judges, PROGRAMS.values(), how=How(diagnose=False))
    return {
        name: [finding.outcome for finding in verdict.findings]
        for name, verdict in zip(PROGRAMS, found, strict=True)
    }


@pytest.mark.long
def test_loaded_machine_gives_everyone_the_same_outcomes(tight_judges: Judges) -> None:
    with load():
        loaded = outcomes(tight_judges)

    assert loaded == OUTCOMES
