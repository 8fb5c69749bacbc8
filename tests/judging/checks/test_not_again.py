"""Functions that took too long, or gave what nobody can take, are not asked again."""

from __future__ import annotations

import contextlib

import pytest
from helpers import program
from scripted import LOADED, Script, host

from grader.judging.answers import TooLarge
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.host import Host
from grader.judging.requests import Call
from grader.model import Limits, Outcome
from grader.sandbox.host.client import NoReply, WorkerEnded
from grader.sandbox.wire import Handle


def test_function_that_answers_too_much_twice_is_not_asked_again() -> None:
    answered, large = {"value": 1, "arguments": ()}, {"too_large": "x"}
    script = Script([LOADED, large, answered, large, answered])
    loaded = host(script)
    found = [loaded.request("f", Call("f"))[0] for _ in range(5)]
    loaded.request("g", Call("g"))

    large_ones = [isinstance(answer, TooLarge) for answer in found]
    assert large_ones == [True, False, True, True, True]
    assert script.turns == []


def test_program_whose_answers_are_too_much_together_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("grader.judging.checks.host._KEPT_BYTES", 1500)
    answered = {"value": "a" * 900, "arguments": ()}
    script = Script([LOADED, answered, answered])
    loaded = host(script)
    found = [loaded.request(name, Call(name))[0] for name in "fgh"]

    assert [isinstance(answer, TooLarge) for answer in found] == [False, True, True]


@pytest.mark.parametrize("reply", [NoReply(Outcome.CRASHED, "It sent nonsense."), 7])
def test_function_that_sends_no_answer_is_not_asked_again(reply: object) -> None:
    script = Script([LOADED, reply, LOADED, {"value": 1, "arguments": ()}])
    loaded = host(script)
    for _ in range(3):
        with pytest.raises(CheckEnded) as ended:
            loaded.request("f", Call("f"))
        assert ended.value.outcome is Outcome.CRASHED
    loaded.request("g", Call("g"))

    assert script.turns == []


def test_program_that_sends_no_answer_twice_is_asked_nothing_any_more() -> None:
    dripping = NoReply(Outcome.TIMEOUT, "")
    script = Script([LOADED, 7, LOADED, dripping, LOADED])
    loaded = host(script)
    for name in "fghg":
        with pytest.raises(CheckEnded):
            loaded.request(name, Call(name))

    assert len(script.turns) == 1


def test_function_that_took_too_long_is_not_asked_again_and_others_are() -> None:
    raised = {"type": "StillComputing", "message": "7", "label": "cell 2", "line": 2}
    answered = {"value": 1, "arguments": ()}
    script = Script([LOADED, {"raised": raised}, LOADED, answered, answered])
    loaded = host(script)
    said = set()
    for _ in range(3):
        with pytest.raises(CheckEnded) as ended:
            loaded.request("f", Call("f"))
        said.add((ended.value.outcome, ended.value.message))
    loaded.request("g", Call("g"))
    loaded.request("f", Call(Handle(1, "f")))

    assert len(said) == 1
    assert [outcome for outcome, _ in said] == [Outcome.TIMEOUT]
    assert script.turns == []


@pytest.mark.parametrize(("limit_s", "brief_s"), [(20.0, 4.0), (2.0, 0.5), (0.3, 0.3)])
def test_function_that_calls_one_without_end_has_less_time(
    limit_s: float, brief_s: float
) -> None:
    source = "def f(): ...\ndef g(): return h()\ndef h(): f()\ndef k(): ..."
    late = WorkerEnded(Outcome.TIMEOUT, "", computing=True)
    answered = {"value": 1, "arguments": ()}
    script = Script([LOADED, answered, late, LOADED, answered, answered, late])
    loaded = Host(program(source), Limits(limit_s, 200), script.launch)
    for name in "gfgk":
        with contextlib.suppress(CheckEnded):
            loaded.request(name, Call(name))
    with pytest.raises(CheckEnded) as ended:
        loaded.request("g", Call("g"))

    assert script.allowed_s == [
        *(2 * limit_s, limit_s, limit_s, 2 * limit_s),
        *(brief_s, limit_s, brief_s),
    ]
    assert ended.value.message == (
        f"`g` was still running after {brief_s:g} s of computing: is there a loop that "
        f"never ends?"
    )


@pytest.mark.parametrize("outcome", [Outcome.CRASHED, Outcome.OUT_OF_MEMORY])
def test_function_that_ended_its_process_may_be_asked_again(outcome: Outcome) -> None:
    ended = WorkerEnded(outcome, "It ended.")
    script = Script([LOADED, ended, LOADED, {"value": 1, "arguments": ()}])
    loaded = host(script)
    with pytest.raises(CheckEnded):
        loaded.request("f", Call("f"))

    assert loaded.request("f", Call("f"))
