"""The sample class with due dates and decisions: grades worked out by hand."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.course.rules import CourseRules, ExerciseRules, Rules, rules_of
from grader.decisions import AnyDecision
from grader.intake.roster import read_roster
from grader.model import (
    CheckResult,
    Clock,
    Delivery,
    ExerciseResult,
    Outcome,
    SubmissionResult,
    Visibility,
)
from grader.policies import Circumstances, adjusted
from grader.scoring import score_submission

FOLDER = Path(__file__).parent / "class"
DECIDED: dict[str, Any] = tomllib.loads((FOLDER / "decided.toml").read_text())
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
HOUR = dt.timedelta(hours=1)
WHO = {"by": "Dr. Weber", "at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)}


@pytest.fixture(scope="module")
def rules() -> Rules:
    """Return the rules as they would stand in `course.toml`."""
    problems: list[str] = []
    exercises = msgspec.convert(DECIDED["exercise"], dict[str, ExerciseRules])
    found = rules_of(
        msgspec.convert(DECIDED["course"], CourseRules), exercises, problems
    )
    assert problems == []
    return found


def handed_in(student: str, rules: Rules) -> SubmissionResult:
    """Return what the checks gave a student, and when the files came in."""
    return score_submission(
        student, tuple(_exercise(student, name, rules) for name in rules.exercises)
    )


def _exercise(student: str, name: str, rules: Rules) -> ExerciseResult:
    found = EXPECTED[student].get(name)
    score = found["score"] if found else 0.0
    due = rules.of(name).due
    assert due is not None
    times = DECIDED["handed_in"].get(student, {})
    at = times.get(name, due - HOUR)
    return ExerciseResult(
        exercise=name,
        file=found["file"] if found else None,
        sha256=None,
        score=score,
        max_score=10.0,
        seconds=0.0,
        error=None,
        checks=(
            CheckResult(
                name="test_all",
                title="All of it.",
                about=(),
                visibility=Visibility.HIDDEN,
                outcome=Outcome.FAILED,
                score=score,
                max_score=10.0,
                message="",
                said=(),
            ),
        ),
        delivery=Delivery(at, Clock.LMS) if found else None,
    )


@pytest.mark.parametrize("student", DECIDED["grades"])
def test_grade_is_the_one_worked_out_by_hand(student: str, rules: Rules) -> None:
    decisions = tuple(
        msgspec.convert({**WHO, **one}, AnyDecision)
        for one in DECIDED["decisions"]
        if one["student"] == student
    )
    result = adjusted(handed_in(student, rules), Circumstances(rules, decisions))
    wanted = DECIDED["grades"][student]

    assert (result.score, result.max_score, result.letter_grade) == (
        *(wanted["score"], wanted["max_score"], wanted["letter_grade"]),
    )


def test_class_list_knows_everybody_and_one_who_handed_in_nothing() -> None:
    roster = read_roster(FOLDER / "roster.csv")
    folders = [path.name for path in (FOLDER / "submissions").iterdir()]
    found = {name: [p.student for p in roster.members(name)] for name in folders}
    absent = {person.student for person in roster.people} - set(folders)

    assert found == {name: [name] for name in folders}
    assert absent == {"s051"}
    assert [p.student for p in roster.members("Bauer, Ben")] == ["s011"]
