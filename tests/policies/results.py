"""Results and rules from a few words, for the tests of the policies."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from grader.course.rules import (
    CourseRules,
    ExerciseRules,
    Late,
    LateDays,
    Rules,
)
from grader.decisions import Excused, Extension, Override
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
from grader.scoring import score_submission, total

BERLIN = ZoneInfo("Europe/Berlin")
DUE = dt.datetime(2026, 11, 2, 23, 59, tzinfo=BERLIN)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
LATER = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


def check(name: str, score: float, max_score: float) -> CheckResult:
    outcome = Outcome.PASSED if score == max_score else Outcome.FAILED
    return CheckResult(
        name,
        f"{name} is right.",
        (),
        Visibility.HIDDEN,
        outcome,
        score,
        max_score,
        "",
        (),
    )


def exercise(
    name: str = "autograd",
    *scores: float,
    late: dt.timedelta | None = None,
    attempt: int = 1,
    of: float = 5.0,
    due: dt.datetime = DUE,
) -> ExerciseResult:
    """Return an exercise with a check of five points for each score."""
    checks = tuple(check(f"test_{i}", score, of) for i, score in enumerate(scores, 1))
    at = due.astimezone(dt.UTC) + (late or dt.timedelta(hours=-1))
    return ExerciseResult(
        exercise=name,
        file=f"{name}.py",
        sha256="0" * 64,
        score=total(scores),
        max_score=total(of for _ in scores),
        seconds=0.1,
        error=None,
        checks=checks,
        delivery=Delivery(at, Clock.LMS, attempt),
    )


def submission(*exercises: ExerciseResult) -> SubmissionResult:
    return score_submission("ann", exercises)


def rules(course: CourseRules | None = None, **exercises: ExerciseRules) -> Rules:
    return Rules(course or CourseRules(), exercises)


def late_rules(
    late: Late | None = None,
    *,
    late_days: LateDays | None = None,
    accept_until: dt.datetime | None = None,
) -> Rules:
    """Return the rules of a course that is due at `DUE`."""
    return rules(
        CourseRules(
            due=DUE,
            late=late or Late(percent=10),
            late_days=late_days,
            accept_until=accept_until,
        )
    )


def with_decisions(
    given: Rules, *decisions: Override | Extension | Excused
) -> Circumstances:
    return Circumstances(given, decisions)


def override(
    score: float, exercise: str = "autograd", check: str | None = None
) -> Override:
    return Override(
        student="ann",
        by="Dr. Weber",
        at=LATER,
        reason="read by hand.",
        exercise=exercise,
        check=check,
        score=score,
    )


def extension(
    exercise: str | None = "autograd",
    *,
    days: float | None = None,
    until: dt.datetime | None = None,
) -> Extension:
    return Extension(
        student="ann",
        by="Dr. Weber",
        at=LATER,
        reason="ill",
        exercise=exercise,
        days=days,
        until=until,
    )


def excuse(exercise: str | None = "autograd") -> Excused:
    return Excused(
        student="ann", by="Dr. Weber", at=LATER, reason="ill", exercise=exercise
    )


def graded(given: SubmissionResult, of: Rules | Circumstances) -> SubmissionResult:
    return adjusted(given, of if isinstance(of, Circumstances) else Circumstances(of))


def score_when(late: dt.timedelta, of: Rules) -> float:
    return graded(submission(exercise("autograd", 5, 3, late=late)), of).score


def reason_of(given: SubmissionResult) -> str:
    (adjustment,) = given.exercises[0].adjustments
    return adjustment.reason
