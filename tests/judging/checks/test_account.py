"""No program holds its place for longer than one deadline, whatever it waits for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from helpers import notebook

from grader.judging.checks.account import longest_s, time_of_exercise
from grader.judging.checks.evidence import CheckEnded
from grader.judging.checks.host import Host
from grader.judging.requests import Call
from grader.model import Limits, Outcome
from grader.sandbox.host.client import GRACE_S, WorkerEnded
from grader.sandbox.host.stopwatch import wall_s

SHIPPED = Limits(seconds_per_call=5, seconds_per_exercise=20)
CALLS = 200
WORK = notebook("x = 1", "def f():\n    pass\nf()")
STACK = '(most recent call first):\n  File "cell 2", line 3 in <module>\n'
LOADED: dict[str, object] = {"failures": [], "names": ["f"], "interrupted": []}
WAITS: dict[str, object] = {"raised": {"type": "StillWaiting", "message": ""}}
COMPUTES: dict[str, object] = {"raised": {"type": "StillComputing", "message": ""}}
GIVEN: dict[str, object] = {"value": 1, "arguments": ()}


@dataclass(frozen=True)
class Turn:
    """What a hostile program does with a share of its time, and then answers."""

    answer: dict[str, object] | None
    computing: float = 0.0
    waiting: float = 0.0


GONE = Turn(None, waiting=1.0)
HOSTILE = {
    "sleeps to the end": (Turn(LOADED), GONE),
    "naps, and answers rightly": (Turn(LOADED), Turn(GIVEN, waiting=0.97)),
    "naps a little, and answers rightly": (Turn(LOADED), Turn(GIVEN, waiting=0.02)),
    "computes to the end": (Turn(LOADED), Turn(COMPUTES, 1.0, 0.9)),
    "computes, deaf to signals": (Turn(LOADED), Turn(None, 1.0, 0.9)),
    "computes nearly as long as it may": (Turn(LOADED), Turn(GIVEN, 0.97, 0.9)),
    "waits, and is interrupted": (Turn(LOADED), Turn(WAITS, waiting=1.0)),
    "naps when it is loaded, and is gone": (Turn(LOADED, waiting=0.9), Turn(None)),
    "computes when it is loaded, and is gone": (Turn(LOADED, 0.9, 0.9), Turn(None)),
    "sleeps when it is loaded": (GONE, GONE),
    "naps in loading and in calls": (
        Turn(LOADED, waiting=0.9),
        Turn(WAITS, waiting=0.9),
    ),
}


@dataclass
class Hostile:
    """Workers that use their time up, by a clock that nobody waits for."""

    load: Turn
    call: Turn
    clock_s: float = 0.0
    asked: int = 0
    loading_s: float = 0.0
    used_s: float = 0.0
    waited_s: float = 0.0
    paced_s: float = 0.0
    computing: bool = False
    has_a_core: bool = True

    def launch(self, _limits: Limits) -> Hostile:
        return self

    def request(
        self,
        payload: dict[str, object],
        timeout_s: float,
        waiting_s: float | None = None,
    ) -> object:
        assert waiting_s is not None
        assert min(timeout_s, waiting_s) > 0
        self.asked += 1
        turn = self.load if payload["do"] == "load" else self.call
        late = GRACE_S if turn.answer is None and turn.waiting else 0.0
        self.waited_s = turn.waiting * waiting_s + late
        self.computing = turn.computing > 0 or not self.has_a_core
        self.used_s = max(
            turn.computing * timeout_s, self.waited_s * timeout_s / wall_s(timeout_s)
        )
        self.clock_s += self.waited_s
        if turn is self.load:
            self.loading_s = self.used_s
        if turn.answer is None:
            outcome = Outcome.TIMEOUT if turn.waiting else Outcome.CRASHED
            raise WorkerEnded(outcome, "", computing=self.computing)
        return turn.answer

    def printed(self) -> str:
        return ""

    def last_words(self) -> str:
        return STACK

    def close(self) -> None: ...


def ends(host: Host, count: int = CALLS) -> list[CheckEnded]:
    """Return how those calls ended that gave no value."""
    found = []
    for _ in range(count):
        try:
            host.request("f", Call("f"))
        except CheckEnded as ended:
            found.append(ended)
    return found


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("limits", [SHIPPED, Limits(), Limits(0.3, 1), Limits(9, 3)])
def test_program_holds_its_place_no_longer_than_told(name: str, limits: Limits) -> None:
    worker = Hostile(*HOSTILE[name])
    host = Host(WORK, limits, worker.launch)
    ended = ends(host)
    host.begin_diagnosis()
    ended += ends(host)

    assert worker.clock_s <= 1.2 * longest_s(limits, 1.0)
    assert {each.outcome for each in ended[-1:]} <= {Outcome.TIMEOUT, Outcome.CRASHED}


def test_longest_time_is_that_of_the_checks_and_of_the_diagnosis() -> None:
    longest = longest_s(SHIPPED, 1.0)

    assert longest == 65 + 30 + 2 * GRACE_S
    assert longest_s(SHIPPED, 2.0) == 2 * longest
    assert longest_s(Limits(), 1.0) == 185 + 55 + 2 * GRACE_S


def test_one_call_has_its_own_deadline_in_every_exercise() -> None:
    assert time_of_exercise(Limits(9, 3)).waiting_s == wall_s(9)


@pytest.mark.parametrize(
    ("turn", "said", "cut_short"),
    [
        (Turn(GIVEN, 0.97, 0.1), "may take 20 s together", True),
        (
            Turn(GIVEN, waiting=0.97),
            "waited for as long as the whole exercise may",
            False,
        ),
    ],
)
def test_with_nothing_left_nothing_is_asked_and_the_check_says_what_is_used_up(
    turn: Turn, said: str, *, cut_short: bool
) -> None:
    worker = Hostile(Turn(LOADED), turn)
    host = Host(WORK, SHIPPED, worker.launch)
    last = ends(host)[-1]
    asked = worker.asked
    ends(host)

    assert last.outcome is Outcome.TIMEOUT
    assert said in last.message
    assert worker.asked == asked
    assert host.cut_short is cut_short


@pytest.mark.parametrize("has_a_core", [True, False])
@pytest.mark.parametrize(
    "call", [Turn(GIVEN, waiting=0.97), Turn(WAITS, waiting=0.9), GONE]
)
def test_who_had_no_core_is_cut_short_and_who_slept_is_not(
    call: Turn, *, has_a_core: bool
) -> None:
    worker = Hostile(Turn(LOADED), call, has_a_core=has_a_core)
    host = Host(WORK, SHIPPED, worker.launch)
    ends(host)

    assert host.cut_short is not has_a_core


def test_statements_share_the_time_of_the_calls() -> None:
    worker = Hostile(Turn(LOADED, 0.9, 0.1), Turn(GIVEN, 0.5, 0.1))
    host = Host(WORK, SHIPPED, worker.launch)
    host.load()
    loading_s = worker.used_s
    ends(host)

    assert loading_s == 9.0
    assert loading_s + host.used_s == pytest.approx(20, abs=1)


def test_each_loading_leaves_half_of_what_is_left() -> None:
    worker = Hostile(Turn(LOADED, 1.0, 0.1), Turn(None))
    host = Host(WORK, SHIPPED, worker.launch)
    taken = []
    for _ in range(4):
        ends(host, 1)
        taken.append(worker.loading_s)

    assert taken == pytest.approx([10, 5, 2.5, 1.25], abs=0.01)


def test_statement_that_is_deaf_to_its_end_leaves_time_to_load_without_it() -> None:
    worker = Hostile(Turn(None, 1.0, 0.1), Turn(GIVEN))
    host = Host(WORK, SHIPPED, worker.launch)
    ends(host, 1)

    assert worker.asked > 1


def test_diagnosis_has_time_where_the_checks_left_none() -> None:
    worker = Hostile(Turn(LOADED), Turn(GIVEN, 0.97, 0.1))
    host = Host(WORK, SHIPPED, worker.launch)
    ends(host)
    asked = worker.asked
    host.begin_diagnosis()
    host.request("f", Call("f"))

    assert worker.asked == asked + 1
