"""Judges: started when needed, proven before they judge, and clean between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import checkers_of, program, verdict_on, work

from grader.errors import InternalError, OperatorError
from grader.judging.session import How, Judges, Task, open_judges
from grader.model import Outcome, Work
from grader.sandbox.host.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from grader.course import Course

SLOW = "import time\ntime.sleep(0.2)\ndef double(x): return 2 * x\n"


@pytest.fixture(scope="module")
def judges(make_course: Callable[..., Course], gate: Gate) -> Iterator[Judges]:
    with open_judges(make_course(), gate=gate, jobs=2) as opened:
        yield opened


def slow_works(*students: str) -> list[Work]:
    return [work(f"{SLOW}# {name}\n", student=name) for name in students]


def test_no_more_starts_than_is_needed_and_pays(
    make_course: Callable[..., Course], gate: Gate
) -> None:
    nobody = Work("ann", "double")
    with open_judges(make_course(), gate=gate, jobs=2) as judges:
        assert judges.facts.wall == gate.name
        assert list(judges.judge([nobody])) == []
        assert list(judges.examine([])) == []
        assert checkers_of(judges) == []

        verdict_on(judges, SLOW)
        one = len(checkers_of(judges))
        list(judges.judge(slow_works(*"abcdefgh")))

        assert (one, len(checkers_of(judges))) == (1, 2)


def test_verdict_holds_what_it_was_reached_with(
    judges: Judges, make_course: Callable[..., Course]
) -> None:
    (one,) = slow_works("ann")
    verdict = verdict_on(judges, SLOW + "# ann\n")

    assert one.program is not None
    assert verdict.program == one.program.digest()
    assert verdict.fingerprint == make_course().fingerprints()["double"]
    assert verdict.facts == judges.facts


def test_extras_are_there_for_whoever_asks(judges: Judges) -> None:
    (one,) = slow_works("ann")
    assert one.program is not None
    plain = Task("double", one.program)
    traced = Task("double", one.program, How(trace=True))
    found = {
        task.how.trace: extras for task, _, extras in judges.examine([plain, traced])
    }

    assert found[False].traces == ()
    assert [trace.check for trace in found[True].traces] == [
        check.name for check in judges.checks["double"]
    ]


def test_run_that_nobody_reads_to_its_end_leaves_nothing_to_the_next(
    judges: Judges,
) -> None:
    for first, _ in judges.judge(slow_works("ann", "bob", "cyd", "dee")):
        assert first.student == "ann"
        break
    found = [one.student for one, _ in judges.judge(slow_works("eve", "fay"))]

    assert found == ["eve", "fay"]


def test_two_runs_that_are_read_in_turn_get_each_their_own(judges: Judges) -> None:
    one = judges.judge(slow_works("ann", "bob"))
    two = judges.judge(slow_works("cyd", "dee"))
    found = [(next(one)[0].student, next(two)[0].student) for _ in range(2)]

    assert found == [("ann", "cyd"), ("bob", "dee")]
    assert [*one, *two] == []


# A check that ends its own process if the student's answer says so.
DEADLY = """\
import os
from pathlib import Path
from grader import points

@points(10)
def test_double(student):
    '''double(1) is 2.'''
    answer = student.double(1)
    if answer == "die":
        os._exit(1)
    if answer == "die once" and not MARK.exists():
        MARK.touch()
        os._exit(1)
    assert answer == 2
"""


@pytest.fixture
def deadly(make_course: Callable[..., Course], tmp_path: Path) -> Course:
    hidden = f"from pathlib import Path\nMARK = Path({str(tmp_path / 'mark')!r})\n"
    return make_course(hidden=hidden + DEADLY)


def works(answers: Mapping[str, object]) -> list[Work]:
    return [
        Work(name, "double", program=program(f"def double(x): return {answer!r}"))
        for name, answer in answers.items()
    ]


def test_works_that_end_their_checkers_stop_nobody(deadly: Course, gate: Gate) -> None:
    answers = {"eve1": "die", "eve2": "die", "sam": "die once", "zoe": 2}
    with open_judges(deadly, gate=gate) as judges:
        found = {
            work.student: verdict for work, verdict in judges.judge(works(answers))
        }

    assert found.pop("zoe").findings[-1].outcome is Outcome.PASSED
    # A work whose checker dies once is judged again, alone.
    sam = found.pop("sam")
    assert (sam.findings[-1].outcome, sam.faults) == (Outcome.FAILED, ())
    assert list(found) == ["eve1", "eve2"]
    for verdict in found.values():
        assert {f.outcome for f in verdict.findings} == {Outcome.CRASHED}
        assert "used up what the grading has, twice" in verdict.findings[0].message
        assert "ended twice while judging this program" in verdict.faults[0]
        assert verdict.fingerprint == deadly.fingerprints()["double"]


def test_run_stops_where_the_solution_ends_checkers_too(
    make_course: Callable[..., Course], gate: Gate
) -> None:
    course = make_course(hidden=DEADLY.replace('answer == "die"', "answer"))
    with (
        open_judges(course, gate=gate) as judges,
        pytest.raises(InternalError, match="while it judges the solution, too"),
    ):
        [*judges.judge(works({"ann": 2}))]


def test_nobody_is_judged_behind_a_wall_that_the_canary_could_pass(
    make_course: Callable[..., Course], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def passed(*_: object) -> None:
        raise OperatorError("a canary could read files. Nothing was graded.")

    monkeypatch.setattr(Gate, "prove", passed)
    with (
        open_judges(make_course(), gate=gate) as judges,
        pytest.raises(OperatorError, match="canary"),
    ):
        verdict_on(judges, SLOW)
