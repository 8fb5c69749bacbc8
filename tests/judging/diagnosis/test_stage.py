"""The stage: a slot is given up for its own fault, not for one student's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.judging.answers import Value
from grader.judging.checks.evidence import Exchange
from grader.judging.diagnosis.stage import RIGHT, Stage
from grader.judging.requests import Call
from grader.model import Limits, Outcome
from grader.sandbox.host.client import WorkerEnded

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.course import Course

ENDLESS = 10**10
STEPS = Exchange("steps", Call("steps", (3,)), Value(ENDLESS, (3,)))
WALK = Exchange("walk", Call("walk", (ENDLESS,)), Value(1, (ENDLESS,)))
FINE = Exchange("walk", Call("walk", (7,)), Value(7, (7,)))


class Endless:
    """A worker that never ends on one argument, and never on anything in one slot."""

    waited_s = paced_s = 0.0
    computing = False

    def __init__(self, stuck: int | None = None) -> None:
        self._stuck = None if stuck is None else stuck + 1
        self.used_s = 0.0
        self.asked: list[tuple[int, ...]] = []
        self.computed_s = 0.0

    def launch(self, _: Limits) -> Endless:
        return self

    def request(
        self, payload: dict[str, Any], timeout_s: float, *_waiting_s: float | None
    ) -> object:
        self.used_s = 0.0
        if payload["do"] != "rehearse":
            return {"failures": [], "names": [], "interrupted": []}
        self.asked.append(payload["slots"])
        given = [request["args"][0] for request in payload["requests"]]
        if ENDLESS in given or self._stuck in payload["slots"]:
            self.used_s = timeout_s
            self.computed_s += timeout_s
            raise WorkerEnded(Outcome.TIMEOUT, "", computing=True)
        replies = [{"value": x, "arguments": (x,), "printed": ""} for x in given]
        return {"replies": [replies for _ in payload["slots"]]}

    def printed(self) -> str:
        return ""

    def last_words(self) -> str:
        return ""

    def close(self) -> None: ...


@pytest.fixture(scope="module")
def course(make_course: Callable[..., Course]) -> Course:
    made = make_course()
    (made.exercises[0].folder / "mistakes.py").write_text(
        "from grader import edit, mistake\n"
        "MISTAKES = [mistake('a', 'double', edit('2', '3'), question='Twice?')]\n"
    )
    return made


def asked(stage: Stage, program: str, *exchanges: Exchange, slot: int = RIGHT) -> bool:
    """Return whether a slot answers what a program was asked."""
    stage.begin(program)
    return all(stage.perform([slot], exchanges)[slot])


def test_answer_without_end_takes_the_diagnosis_from_its_own_student_alone(
    course: Course,
) -> None:
    worker = Endless()
    stage = Stage(course.exercises[0], worker.launch)

    assert not asked(stage, "eve", STEPS, WALK)
    assert asked(stage, "ann", FINE)
    assert not asked(stage, "eve", STEPS, WALK)
    assert asked(stage, "ann", FINE)


def test_slot_that_ends_for_no_program_is_given_up(course: Course) -> None:
    worker = Endless(stuck=1)
    stage = Stage(course.exercises[0], worker.launch)
    for program in ("ann", "ben", "cem", "dan"):
        assert not asked(stage, program, STEPS, FINE, slot=1)

    assert worker.asked == [(2,), (2,)]


def test_slot_that_does_not_end_on_a_check_s_own_argument_is_given_up_at_once(
    course: Course,
) -> None:
    worker = Endless(stuck=1)
    stage = Stage(course.exercises[0], worker.launch)
    for program in ("ann", "ben"):
        assert not asked(stage, program, FINE, slot=1)

    assert len(worker.asked) == 1


def test_slot_is_asked_once_more_at_most_for_one_program(course: Course) -> None:
    worker = Endless()
    stage = Stage(course.exercises[0], worker.launch)
    stage.begin("eve")
    for _ in range(9):
        stage.perform([RIGHT], [STEPS, WALK])

    assert len(worker.asked) == 1


def test_one_program_s_diagnosis_has_an_allowance_on_the_stage(course: Course) -> None:
    worker = Endless()
    stage = Stage(course.exercises[0], worker.launch)
    stage.begin("eve")
    for slot in (0, 1, 0, 1, 0, 1):
        stage._resting.clear()
        stage.perform([slot], [STEPS, WALK])

    assert worker.computed_s == 15.0
    assert asked(stage, "ann", FINE)


def test_mistakes_that_answer_alike_share_one_answer_for_all_programs(
    course: Course,
) -> None:
    worker = Endless()
    stage = Stage(course.exercises[0], worker.launch)
    stage.begin("ann")
    first = stage.perform([RIGHT, 1], [FINE], 0)
    own = stage.perform([RIGHT, 1], [FINE])
    stage.begin("ben")
    second = stage.perform([RIGHT, 1], [FINE], 0)

    assert first[RIGHT] is first[1] is second[RIGHT] is second[1]
    assert own[RIGHT] is not own[1]
    assert worker.asked == [(1, 2), (1, 2)]


def test_answers_to_other_requests_are_not_the_same_ones(course: Course) -> None:
    stage = Stage(course.exercises[0], Endless().launch)
    stage.begin("ann")
    other = Exchange("walk", Call("walk", (7,), {"n": 1}), Value(7, (7,)))
    found = [stage.perform([RIGHT], [asked], 0)[RIGHT] for asked in (FINE, other)]

    assert found[0] is not found[1]


def test_time_for_what_is_remembered_is_on_no_program_s_account(course: Course) -> None:
    worker = Endless(stuck=1)
    stage = Stage(course.exercises[0], worker.launch)
    stage.begin("ann")
    stage.perform([1], [FINE], 0)
    shared_s = stage.shared_s
    stage.begin("ben")

    assert shared_s == 5.0
    assert stage.shared_s == 0.0


def test_answers_are_steady_when_two_programs_have_shown_it(course: Course) -> None:
    stage = Stage(course.exercises[0], Endless().launch)
    known = []
    for program in ("ann", "ann", "ben"):
        known.append(stage.is_steady("kind"))
        stage.begin(program)
        stage.note("kind", steady=True)
    shown = stage.is_steady("kind")
    stage.note("kind", steady=False)
    stage.begin("cem")
    stage.note("kind", steady=True)

    assert known == [False, False, False]
    assert shown
    assert not stage.is_steady("kind")
    assert not stage.is_steady("other")


def test_training_on_a_visible_check_s_data_is_asked_for_once(course: Course) -> None:
    worker = Endless()
    stage = Stage(course.exercises[0], worker.launch)
    for program in ("ann", "ben", "cem"):
        stage.begin(program)
        stage.trained([FINE])

    assert worker.asked == [(0,)]
