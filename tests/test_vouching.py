"""The author's own programs come first: a check they cast doubt on decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fake_judges import DOUBLE, FakeJudges
from helpers import a_verdict

from grader import grading
from grader.errors import InternalError
from grader.grading import GradeRequest
from grader.model import Finding, Outcome, Role, Said, Whose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.intake import Intake
    from grader.model import Results, Verdict, Work

VISIBLE, HIDDEN = (check.name for check in DOUBLE)
RIGHT = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 6\n"
STUB = 'def double(x):\n    raise NotImplementedError("double: not written yet")\n'
WHY = "test_hidden.py, line 8: Expected `duoble`, found nothing of this name."


class Unwatched:
    def found(self, intake: Intake, recalled: int, to_judge: int) -> None: ...

    def judged(self, work: Work, verdict: Verdict) -> None: ...


class Class:
    """A course with a stub, and submissions of ann, right, and bob, wrong."""

    def __init__(self, folder: Path, course: Course) -> None:
        self.folder = folder
        self.root = course.root
        stub = course.root / "exercises" / "double" / "double.py"
        stub.parent.mkdir(parents=True)
        stub.write_text(STUB)
        for name, source in {"ann": RIGHT, "bob": WRONG}.items():
            self.hand_in(name, source)

    def hand_in(self, name: str, source: str) -> None:
        place = self.folder / "submissions" / name / "double.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(source)

    def grade(self, judges: FakeJudges, **asked: Any) -> Results:
        places = (self.folder / "submissions",), self.root, self.folder / "out"
        request = GradeRequest(*places, 2, **asked)
        return grading.grade(request, Unwatched(), open_judges=judges.open).results


@pytest.fixture
def two(tmp_path: Path, make_course: Callable[..., Course]) -> Class:
    return Class(tmp_path, make_course())


def ended(**outcomes: Outcome) -> Verdict:
    said = (Said(Role.ERROR, WHY),)
    return a_verdict(*(Finding(name, end, said) for name, end in outcomes.items()))


def lost(_: Work) -> Verdict:
    """Return the verdict where the solution does not pass the hidden check."""
    return ended(**{VISIBLE: Outcome.PASSED, HIDDEN: Outcome.NOT_ATTEMPTED})


def test_authors_programs_are_judged_first_and_remembered(two: Class) -> None:
    first = FakeJudges()
    two.grade(first)
    second = FakeJudges()
    two.grade(second)

    assert [work.student for work in first.authors] == [Whose.SOLUTION, Whose.STUB]
    assert [how.authors for how in first.hows] == [True, False]
    assert not second.started


def test_check_that_the_solution_does_not_pass_decides_nothing(two: Class) -> None:
    judges = FakeJudges(own=lost)
    results = two.grade(judges)

    assert judges.hows[-1].without == (HIDDEN,)
    for student in results.submissions:
        seen, undecided = student.exercises[0].checks
        assert not student.complete
        assert seen.outcome is not Outcome.GRADER_ERROR
        assert undecided.outcome is Outcome.GRADER_ERROR
        assert "not your fault" in undecided.message
        assert "duoble" not in undecided.message
    assert [(s.check, s.whose) for s in results.suspects] == [(HIDDEN, Whose.SOLUTION)]
    assert results.suspects[0].said == f"The solution does not pass it: {WHY}"


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("test_hidden.py, line 4: ran longer than 20 s.",), "ran longer than 20 s."),
        (
            ("test_hidden.py, line 4: KeyError:", "'a hidden input'."),
            "KeyError. `grader prove` shows the rest.",
        ),
    ],
)
def test_end_of_a_check_is_told_with_its_line_and_without_what_may_be_hidden(
    two: Class, parts: tuple[str, ...], told: str
) -> None:
    said = tuple(Said(Role.ERROR, part) for part in parts)
    verdict = a_verdict(
        Finding(VISIBLE, Outcome.PASSED), Finding(HIDDEN, Outcome.GRADER_ERROR, said)
    )
    results = two.grade(FakeJudges(own=lambda _: verdict))

    assert results.suspects[0].said == (
        f"With the solution it ends early: test_hidden.py, line 4: {told}"
    )


def test_text_of_the_course_acts_on_nobody_who_is_told_it(two: Class) -> None:
    said = (Said(Role.SAW, "\x1b]0;t\x07\u202egave\r\n::error::5\u200b"),)
    verdict = a_verdict(
        Finding(VISIBLE, Outcome.PASSED), Finding(HIDDEN, Outcome.FAILED, said)
    )
    results = two.grade(FakeJudges(own=lambda _: verdict))

    told = "The solution does not pass it: gave ::error::5"
    assert results.suspects[0].said == told
    assert {one.said for one in results.ending.undecided} == {told}


@pytest.mark.parametrize(
    "outcome", [o for o in Outcome if o not in (Outcome.PASSED, Outcome.NOT_ATTEMPTED)]
)
def test_solution_may_miss_a_check_in_any_way(two: Class, outcome: Outcome) -> None:
    def own(_: Work) -> Verdict:
        return ended(**{VISIBLE: outcome, HIDDEN: Outcome.PASSED})

    results = two.grade(FakeJudges(own=own))

    assert not any(one.complete for one in results.submissions)
    assert [one.score for one in results.submissions] == [10.0, 0.0]


def test_check_that_was_mended_counts_again(two: Class) -> None:
    two.grade(FakeJudges(own=lost))
    path = two.root / "solutions" / "double" / "test_hidden.py"
    path.write_text(path.read_text() + "# mended\n")
    results = two.grade(FakeJudges())

    assert [one.score for one in results.submissions] == [10.0, 0.0]
    assert all(one.complete for one in results.submissions)
    assert results.suspects == ()


def test_check_with_points_that_the_stub_passes_is_told_and_counts(two: Class) -> None:
    def own(_: Work) -> Verdict:
        return ended(**{VISIBLE: Outcome.PASSED, HIDDEN: Outcome.PASSED})

    results = two.grade(FakeJudges(own=own))

    assert [(s.check, s.whose) for s in results.suspects] == [(HIDDEN, Whose.STUB)]
    assert [one.score for one in results.submissions] == [10.0, 0.0]
    assert all(one.complete for one in results.submissions)


def test_who_handed_in_nothing_has_nothing_undecided(two: Class) -> None:
    (two.folder / "submissions" / "cyd").mkdir()
    results = two.grade(FakeJudges(own=lost))

    assert [one.complete for one in results.submissions] == [False, False, True]


def test_nobody_is_judged_before_the_solution(two: Class) -> None:
    def dies(_: Work) -> Verdict:
        raise InternalError("the process that judges ends")

    judges = FakeJudges(own=dies)
    with pytest.raises(InternalError):
        two.grade(judges)

    assert judges.judged == []


def test_fresh_run_judges_the_authors_programs_again(two: Class) -> None:
    two.grade(FakeJudges())
    again = FakeJudges()
    two.grade(again, fresh=True)

    assert len(again.authors) == 2


def test_exercise_that_nobody_handed_in_costs_nothing(two: Class) -> None:
    for name in ("ann", "bob"):
        (two.folder / "submissions" / name / "double.py").unlink()
    judges = FakeJudges()
    two.grade(judges)

    assert judges.authors == []
