"""A host keeps one program's worker, and replaces it."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from helpers import program
from scripted import LOADED, WORK, Script, host

from grader.judging.answers import Value
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.host import Host
from grader.judging.checks.interruptions import running_in
from grader.judging.requests import Call, Statement
from grader.judging.weighing import bytes_of
from grader.model import Limits, Outcome
from grader.sandbox.host.client import WorkerEnded
from grader.sandbox.host.wall import NoWall

if TYPE_CHECKING:
    from grader.sandbox.host.client import Worker

STACK = """\
Stack (most recent call first):
  File "{0}", line 2 in f
  File "{0}", line {1} in <module>
  File "somewhere/program.py", line 9 in run
"""


def skipped(script: Script) -> list[object]:
    return [asked["skipped"] for asked in script.asked if asked["do"] == "load"]


def test_statement_that_was_interrupted_is_not_run_when_it_is_loaded_again() -> None:
    interrupted = {**LOADED, "interrupted": [("cell 2", 3)]}
    ended = WorkerEnded(Outcome.TIMEOUT, "")
    script = Script([interrupted, ended, interrupted, {"value": 1, "arguments": ()}])
    loaded = host(script)
    with pytest.raises(CheckEnded):
        loaded.request("f", Call("f"))
    loaded.request("g", Call("g"))

    assert skipped(script) == [(), (("cell 2", 3),)]


@pytest.mark.parametrize(
    ("ended", "kind", "said"),
    [
        (WorkerEnded(Outcome.TIMEOUT, ""), "StillComputing", ""),
        (WorkerEnded(Outcome.CRASHED, "It ended."), "ProcessEnded", "It ended."),
    ],
)
def test_statement_that_ends_the_process_is_left_out_and_told(
    ended: WorkerEnded, kind: str, said: str
) -> None:
    script = Script([ended, LOADED], STACK.format("cell 2", 4))
    loaded = host(script)
    loaded.load()
    (failure,) = loaded.failures or ()

    assert skipped(script) == [(), (("cell 2", 4),)]
    assert (failure.type_name, failure.message) == (kind, said)
    assert (failure.label, failure.line, failure.text) == ("cell 2", 4, "f()")


@pytest.mark.parametrize(
    "last",
    ["", "no stack", STACK.format("other.py", 4), STACK.format("cell 2", "x")],
)
def test_end_at_nobody_knows_which_statement_is_the_program_s(last: str) -> None:
    script = Script([WorkerEnded(Outcome.CRASHED, "It ended.")], last)
    loaded = host(script)
    with pytest.raises(CheckEnded, match="It ended"):
        loaded.load()

    assert loaded.unloadable is not None


def test_program_that_ends_at_the_same_statement_again_is_given_up() -> None:
    turns = [WorkerEnded(Outcome.CRASHED, "It ended.") for _ in range(2)]
    script = Script([*turns], STACK.format("cell 2", 4))
    with pytest.raises(CheckEnded):
        host(script).load()

    assert script.turns == []


def test_latest_stack_counts_and_lines_that_do_not_exist_hurt_nobody() -> None:
    output = STACK.format("cell 1", 1) + "printed\n" + STACK.format("cell 2", 9_000_000)
    statement = running_in(output, WORK)

    assert statement == Statement("cell 2", 9_000_000)


def test_call_that_was_interrupted_ends_its_worker_and_tells_the_place() -> None:
    raised = {"type": "StillComputing", "message": "7", "label": "cell 2", "line": 2}
    script = Script([LOADED, {"raised": raised}, LOADED, {"value": 1, "arguments": ()}])
    loaded = host(script)
    with pytest.raises(CheckEnded) as ended:
        loaded.request("f", Call("f"))
    loaded.request("g", Call("g"))

    assert ended.value.outcome is Outcome.TIMEOUT
    assert ended.value.message == (
        "`f` was still running after 1 s of computing, at cell 2, line 2 (`pass`): is "
        "there a loop that never ends?"
    )
    assert loaded.cut_short
    assert len(skipped(script)) == 2


@pytest.mark.parametrize(("paced_s", "cut_short"), [(0.9, True), (0.97, False)])
def test_machine_that_was_seen_has_cut_nobody_short(
    paced_s: float, *, cut_short: bool
) -> None:
    """The machine was seen for `paced_s` of the second that the call has."""
    raised = {"type": "StillComputing", "message": "7", "label": "cell 2", "line": 2}
    script = Script([LOADED, {"raised": raised}], used_s=1.5, paced_s=paced_s)
    late = WorkerEnded(Outcome.TIMEOUT, "", computing=True)
    ended = Script([LOADED, late], used_s=1.5, paced_s=paced_s)
    for each in (script, ended):
        loaded = host(each)
        with pytest.raises(CheckEnded):
            loaded.request("f", Call("f"))

        assert loaded.cut_short is cut_short


@pytest.mark.parametrize(("paced_s", "cut_short"), [(0.1, True), (0.9, False)])
def test_machine_that_was_seen_has_used_up_nobody_s_time(
    paced_s: float, *, cut_short: bool
) -> None:
    answered = {"value": 1, "arguments": ()}
    script = Script([LOADED, *[answered] * 99], used_s=0.9, paced_s=paced_s)
    loaded = host(script)
    with contextlib.suppress(CheckEnded):
        while script.turns:
            loaded.request("f", Call("f"))

    assert script.turns
    assert loaded.cut_short is cut_short


def test_call_that_waited_for_too_long_is_not_cut_short() -> None:
    raised = {"type": "StillWaiting", "message": "30"}
    loaded = host(Script([LOADED, {"raised": raised}]))
    with pytest.raises(CheckEnded, match="`f` waited for too long: does it sleep"):
        loaded.request("f", Call("f"))

    assert not loaded.cut_short


@pytest.mark.parametrize(("module", "used_s"), [("torch", 0.2), ("json", 10.2)])
def test_reading_an_answer_is_the_program_s_time_and_loading_torch_is_not(
    module: str, used_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reading(Script):
        """A worker whose second answer takes long to read, and loads a module."""

        def request(self, *asked: Any) -> object:
            if len(self.asked) == 1:
                now_s.append(10.0)
                monkeypatch.setitem(sys.modules, module, sys)
            return super().request(*asked)

    now_s = [0.0]
    answered = {"value": 1, "arguments": ()}
    called = host(Reading([LOADED, answered, answered]))
    monkeypatch.setattr(time, "thread_time", lambda: now_s[-1])
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    called.request("f", Call("f"))
    called.request("f", Call("f"))

    assert called.used_s == pytest.approx(used_s)


@pytest.mark.parametrize(
    ("message", "starved"),
    [
        ("can't start new thread", True),
        ("[Errno 11] Resource temporarily unavailable", True),
        ("can't multiply", False),
    ],
)
def test_program_that_could_have_no_thread_is_known(
    message: str, *, starved: bool
) -> None:
    raised = {"raised": {"type": "RuntimeError", "message": message}}
    called = host(Script([LOADED, raised]))
    called.request("f", Call("f"))
    failed = {"type": "RuntimeError", "message": message, "label": "cell 1", "line": 1}
    loaded = host(Script([{**LOADED, "failures": [failed]}]))
    loaded.load()

    assert (called.starved, loaded.starved) == (starved, starved)


def test_program_that_never_loads_is_started_once() -> None:
    wall = NoWall((), 1.0)
    started: list[Worker] = []

    def launch(limits: Limits) -> Worker:
        started.append(wall.launch(limits))
        return started[-1]

    host = Host(program("import posix\nposix._exit(3)"), Limits(), launch)
    for _ in range(3):
        with pytest.raises(CheckEnded, match="the code outside functions"):
            host.load()

    assert len(started) == 1


@pytest.mark.parametrize(
    ("before", "slow"),
    [({"too_large": "x"}, False), ({"value": 1, "arguments": ()}, True)],
)
def test_who_answers_too_much_is_not_slow(before: object, *, slow: bool) -> None:
    late = WorkerEnded(Outcome.TIMEOUT, "", computing=True)
    loaded = host(Script([LOADED, before, late], used_s=1.0))
    loaded.request("f", Call("f"))
    with pytest.raises(CheckEnded):
        loaded.request("g", Call("g"))

    assert loaded.cut_short
    assert loaded.is_slow is slow


def test_who_is_read_for_long_is_not_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(time, "thread_time", lambda: float(next(clock)))
    late = WorkerEnded(Outcome.TIMEOUT, "", computing=True)
    loaded = host(Script([LOADED, late], used_s=1.0))
    with pytest.raises(CheckEnded):
        loaded.request("g", Call("g"))

    assert loaded.cut_short
    assert not loaded.is_slow


def test_program_pays_for_what_is_read_of_it_when_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(time, "thread_time", lambda: float(next(clock)))
    loaded = host(Script([LOADED]))
    loaded.load()
    with loaded.reading():
        pass

    assert loaded.read_s == 2.0
    assert loaded.used_s == 2.0


def test_tensors_of_one_number_weigh_what_they_take() -> None:
    torch = pytest.importorskip("torch")
    many = Value([torch.zeros(()) for _ in range(100)])

    assert bytes_of(many) > 100_000
