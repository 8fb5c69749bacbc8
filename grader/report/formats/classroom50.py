"""Classroom 50's `result.json`, one per student: whole points, one test per check."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model import Outcome
from grader.report.check_rows import check_rows
from grader.report.letter import exercise_row
from grader.report.plain import words_of
from grader.report.stems import file_stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import ExerciseResult, Results, SubmissionResult
    from grader.report.check_rows import CheckRow
    from grader.report.formats import Pages
    from grader.report.options import Options

FOLDER = "classroom50"
SCHEMA = "classroom50/result/v1"
_HALF = 0.5


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Yield one page per student."""
    stems = file_stems(tuple(one.student for one in results.submissions))
    for stem, submission in zip(stems, results.submissions, strict=True):
        yield f"{FOLDER}/{stem}.json", page(submission)


def page(submission: SubmissionResult) -> bytes:
    """Return what the platform reads of one student, as JSON.

    The platform takes whole points; the exact ones stand beside them.
    """
    told = {
        "schema": SCHEMA,
        "score": whole(submission.score),
        "max-score": whole(submission.max_score),
        "tests": [test for ex in submission.exercises for test in _tests(ex)],
    }
    return msgspec.json.format(msgspec.json.encode(told)) + b"\n"


def whole(points: float) -> int:
    """Return the nearest whole number of points, half a point upwards."""
    return math.floor(points + _HALF)


def _tests(exercise: ExerciseResult) -> Iterator[dict[str, Any]]:
    row = exercise_row(exercise)
    for check in check_rows(exercise):
        yield _test(check, words_of(row, check), row.exercise)


def _test(check: CheckRow, words: tuple[str, ...], exercise: str) -> dict[str, Any]:
    return {
        "test-name": f"{exercise}: {check.title}",
        "passed": check.outcome is Outcome.PASSED,
        "score": whole(check.score),
        "max-score": whole(check.max_score),
        "exact-score": check.score,
        "exact-max-score": check.max_score,
        "output": "\n".join(words),
    }
