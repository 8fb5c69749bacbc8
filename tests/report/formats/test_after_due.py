"""What is told after the due date is told nowhere before it."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from handmade import checked, exercise, rendered, results, submission
from helpers import program

from grader.course import Rules
from grader.course.rules import CourseRules
from grader.decisions import Extension, now
from grader.model import Curve, Outcome, Visibility
from grader.policies import Circumstances, adjusted, unadjusted
from grader.report.options import Options, Sheet

if TYPE_CHECKING:
    from grader.model import Results, SubmissionResult

PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FUTURE = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
UNTOLD = "THE HIDDEN WORDS"
MOODLE = "Identifier,Grade,Maximum Grade,Feedback comments\nParticipant 7,,40,\n"
# What only the instructor reads.
OWN = ("results.json", "grades.csv", "checks.csv", "html/class/", ".xlsx")
STUDENTS = ("markdown", "html", "letters", "junit", "github", "gitlab", "classroom50")


def class_of(due: dt.datetime | None, outcome: Outcome = Outcome.FAILED) -> Results:
    """Return a class of one, with one check that is told after the due date."""
    late = msgspec.structs.replace(
        checked("late", outcome, UNTOLD, points=4.0, question=f"{UNTOLD}?"),
        visibility=Visibility.AFTER_DUE,
        title="train is quick.",
    )
    own = exercise("double", checked("double", Outcome.FAILED, "gave 3"), late)
    curves = (Curve("test_late", (1.0, 0.5), (1.0, 0.25)),)
    own = msgspec.structs.replace(own, told_from=due, curves=curves)
    return results(submission("Participant 7", own))


def pages(name: str, told: Results) -> str:
    """Return all that a format lets a student read."""
    options = Options(
        sheets={"moodle": Sheet("Moodle.csv", MOODLE.encode())},
        programs=lambda *_: program("def double(x): return 1\ndef late(x): return 2\n"),
    )
    return "\n".join(
        content.decode()
        for path, content in rendered(name, told, options).items()
        if not any(own in str(path) for own in OWN)
    )


@pytest.mark.parametrize("name", [*STUDENTS, "moodle"])
@pytest.mark.parametrize(
    ("due", "outcome"),
    [(FUTURE, Outcome.FAILED), (FUTURE, Outcome.PASSED), (None, Outcome.TIMEOUT)],
)
def test_student_reads_nothing_of_it_before(
    name: str, due: dt.datetime | None, outcome: Outcome
) -> None:
    text = pages(name, class_of(due, outcome))

    assert UNTOLD not in text
    assert "gave 3" in text or name == "gitlab"


@pytest.mark.parametrize("name", [*STUDENTS, "moodle"])
def test_student_reads_it_afterwards(name: str) -> None:
    assert UNTOLD in pages(name, class_of(PAST))


def test_withheld_check_says_when_it_is_told() -> None:
    told = class_of(FUTURE)

    assert "| train is quick. | is told after the due date |  |" in pages(
        "markdown", told
    )
    assert "is told after the due date" in pages("html", told)
    assert 'skipped message="Is told after the due date."' in pages("junit", told)


def test_gradescope_withholds_by_itself() -> None:
    tests = json.loads(pages("gradescope", class_of(FUTURE)))["tests"]

    assert tests[1]["visibility"] == "after_due_date"
    assert UNTOLD in tests[1]["output"]
    assert UNTOLD not in tests[0]["output"]
    assert tests[1]["max_score"] == 4


def test_no_line_of_code_is_marked_for_it_before() -> None:
    before, after = (pages("html", class_of(due)) for due in (FUTURE, PAST))

    assert before.count('class="hll"') < after.count('class="hll"')


def dated(*decisions: Extension) -> SubmissionResult:
    due = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    rules = Rules(course=CourseRules(due=due))
    return adjusted(
        unadjusted(class_of(None).submissions[0]), Circumstances(rules, decisions)
    )


def test_extension_moves_when_it_is_told() -> None:
    extension = Extension(student="anna", by="dean", at=now(), days=3)
    usual, later = dated(), dated(extension)

    assert usual.exercises[0].told_from == dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    assert later.exercises[0].told_from == dt.datetime(2026, 5, 4, tzinfo=dt.UTC)


def test_only_exercises_with_such_checks_say_when() -> None:
    plain = results(submission("anna", exercise("double", checked("double"))))
    (written,) = rendered("json", plain).values()

    assert b"told_from" not in written
