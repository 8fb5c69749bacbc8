"""On a student's own machine a program ends as it does behind the wall.

There a process is started for each program, so these are a few of all situations: those
that end a process, take its time or memory, or touch its streams.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from helpers import notebook, program, verdicts
from judging.small import QUICK, verdict
from judging.test_judging import SITUATIONS
from judging.test_top_level import ENDLESS, HARMLESS

from grader.judging.session import How, Judges, open_judges
from grader.model import Outcome, Verdict
from grader.sandbox.modes import NO_WALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.course import Course

ENDS = (
    *("raises", "asks for input", "ends its process", "kills its process"),
    *("endless loop", "all memory", "recursion without end"),
)
STARTS = ("closes stdout", "prints 50 MB")
RIGHT = "def double(x): return 2 * x\n"


@pytest.fixture(scope="module")
def judges(make_course: Callable[..., Course]) -> Iterator[Judges]:
    with open_judges(make_course(table=QUICK), sandbox=NO_WALL) as started:
        yield started


@pytest.fixture(scope="module")
def found(judges: Judges) -> dict[str, Verdict]:
    """Return the verdicts on all these programs."""
    programs = {what: SITUATIONS[what][0] for what in ENDS}
    programs |= {what: HARMLESS[what] + RIGHT for what in STARTS}
    told = verdicts(judges, programs.values(), how=How(again=False))
    return dict(zip(programs, told, strict=True))


@pytest.mark.parametrize("what", ENDS)
def test_situation_ends_as_behind_the_wall(
    found: dict[str, Verdict], what: str
) -> None:
    _, outcome, words = SITUATIONS[what]
    finding = found[what].findings[1]

    assert finding.outcome is outcome
    assert words in finding.message


@pytest.mark.parametrize("what", STARTS)
def test_harmless_code_costs_nothing(found: dict[str, Verdict], what: str) -> None:
    assert [f.outcome for f in found[what].findings] == [Outcome.PASSED] * 2


def test_loop_at_top_level_costs_itself_alone(judges: Judges) -> None:
    endless, line, text = ENDLESS["a loop that catches all"]
    source = f"def double(x):\n    return times(2, x)\n{endless}"
    work = notebook(source, "def times(a, b):\n    return a * b\n")
    found = verdict(judges, work)

    assert [f.outcome for f in found.findings] == [Outcome.PASSED] * 2
    assert f"cell 1, line {line}" in found.notes[0]
    assert text in found.notes[0]


def test_check_after_a_bad_end_gets_a_fresh_process(judges: Judges) -> None:
    source = "import os\ndef double(x): os._exit(0) if x == 3 else None; return 2 * x"
    found = verdict(judges, program(source))

    assert [f.outcome for f in found.findings] == [Outcome.CRASHED, Outcome.PASSED]
