"""Limits of computing follow the machine."""

from __future__ import annotations

import itertools
import sys
import time
from typing import TYPE_CHECKING

import pytest
from helpers import program

from grader.judging.answers import Value
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.host import Host
from grader.judging.requests import Call
from grader.model import Limits
from grader.sandbox import pace
from grader.sandbox.host.wall import NoWall
from grader.sandbox.orders import Allowance

if TYPE_CHECKING:
    from grader.sandbox.host.gate import Gate

LIMITS = Limits(seconds_per_call=0.4, seconds_per_exercise=1.2)
COMPUTES = """\
import time


def double(x):
    end = time.process_time() + 0.8
    while time.process_time() < end:
        pass
    return 2 * x
"""


@pytest.mark.parametrize(("taken_s", "expected"), [(0.0001, 1.0), (0.008, 4.0)])
def test_pace_is_how_many_times_as_long_things_take(
    monkeypatch: pytest.MonkeyPatch, taken_s: float, expected: float
) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(time, "thread_time", lambda: next(ticks) * taken_s)
    monkeypatch.delitem(sys.modules, "torch", raising=False)

    assert pace.measured() == pytest.approx(expected)


def test_pace_counts_torch_where_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch  # noqa: F401 - the pace is measured with it

    ticks = itertools.count()
    monkeypatch.setattr(time, "thread_time", lambda: next(ticks) * 0.0065)

    assert pace.measured() == pytest.approx(0.0065 / 0.0020)


@pytest.mark.parametrize(("slowness", "seen"), [(1.0, 1.0), (6.0, 1.0), (1.0, 3.0)])
def test_limits_follow_the_pace_and_what_is_seen_of_the_machine(
    slowness: float, seen: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "at_a_glance", lambda: seen)
    host = Host(program(COMPUTES), LIMITS, NoWall((), slowness).launch)
    call = Call("double", (1,))
    try:
        if slowness == seen:
            with pytest.raises(CheckEnded, match=r"still running after 0\.4 s"):
                host.request("double", call)
        else:
            answer, _ = host.request("double", call)
            assert isinstance(answer, Value)
        # Nothing that could be better another time.
        assert not host.cut_short
    finally:
        host.close()


def test_kernel_s_own_limit_multiplies_with_the_pace() -> None:
    assert Allowance(cpu_s=50).at(2.5).cpu_s == 125


def test_zygote_measures_its_pace(gate: Gate) -> None:
    assert gate.pace >= 1.0
