"""Mistakes that the catalogue does not know: caught, and told what is true or nothing.

Each tenth of the catalogue is left out in turn, and of some of these parts one
mistake is judged; `python benchmarks/diagnosis.py held-out` has all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from diagnosis import asked, held_out, in_parts
from helpers import work

from grader.judging.session import open_judges
from grader.model import Outcome, Verdict

if TYPE_CHECKING:
    from diagnosis import Wrong

    from grader.course import Course
    from grader.sandbox.host.gate import Gate

pytestmark = pytest.mark.course
PARTS = 10
# The step from one part to the next that is judged.
EACH = 4
Judged = list[tuple["Wrong", Verdict]]


@pytest.fixture(scope="module")
def smaller(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    return in_parts(course, tmp_path_factory.mktemp("smaller"), PARTS)


@pytest.fixture(scope="module")
def unknown(course: Course, smaller: Course, gate: Gate) -> Judged:
    """Return one mistake of every part that was left out, with the verdict."""
    by_part: dict[str, list[Wrong]] = {}
    for wrong in held_out(course, PARTS):
        by_part.setdefault(wrong.exercise, []).append(wrong)
    # Another place of each part, so that no corner of the list is left out.
    chosen = [found[i % len(found)] for i, found in enumerate(by_part.values())][::EACH]
    with open_judges(smaller, jobs=2, gate=gate) as judges:
        works = [work(one.program, one.exercise, one.name) for one in chosen]
        found = {one.student: verdict for one, verdict in judges.judge(works)}
    return [(one, found[one.name]) for one in chosen]


def test_each_part_lacks_what_is_judged_in_it(unknown: Judged, smaller: Course) -> None:
    assert len(smaller.exercises) == 40
    assert len({wrong.exercise.rpartition("_")[0] for wrong, _ in unknown}) == 4
    for wrong, verdict in unknown:
        named = {finding.mistake for finding in verdict.findings}

        assert wrong.mistakes[0].name not in named


def test_unknown_mistake_is_caught(unknown: Judged) -> None:
    uncaught = [
        wrong.name
        for wrong, verdict in unknown
        if all(f.outcome is Outcome.PASSED for f in verdict.findings)
    ]

    assert uncaught == []


def test_unknown_mistake_is_asked_its_own_question_or_none(unknown: Judged) -> None:
    others = {
        wrong.name: asked(verdict)
        for wrong, verdict in unknown
        if not set(asked(verdict).values()) <= wrong.questions
    }

    assert others == {}


def test_some_unknown_mistakes_are_the_same_as_a_known_one(unknown: Judged) -> None:
    # Else the test above could not fail: a catalogue that knows nothing says nothing.
    assert any(asked(verdict) for _, verdict in unknown)
