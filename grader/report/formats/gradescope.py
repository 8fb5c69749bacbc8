"""Gradescope's `results.json`, one per student.

Fields and their limits: the platform's guide to autograders, "Output format".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from grader.model import CheckResult, Outcome, Visibility
from grader.report.check_rows import check_rows
from grader.report.letter import letter_of
from grader.report.phrases import of, signed
from grader.report.plain import provisos, words_of
from grader.report.stems import file_stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import ExerciseResult, Results, SubmissionResult
    from grader.report.check_rows import CheckRow
    from grader.report.formats import Pages
    from grader.report.letter import ExerciseRow, Letter
    from grader.report.options import Options

FOLDER = "gradescope"
# `hidden` would hide the student's total as well.
_VISIBILITY = {
    Visibility.VISIBLE: "visible",
    Visibility.HIDDEN: "after_published",
    Visibility.AFTER_DUE: "after_due_date",
}


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Yield one page per student."""
    stems = file_stems(tuple(one.student for one in results.submissions))
    for stem, submission in zip(stems, results.submissions, strict=True):
        yield f"{FOLDER}/{stem}.json", page(submission, results)


def page(submission: SubmissionResult, results: Results) -> bytes:
    """Return what the platform reads of one student, as JSON."""
    # The platform withholds by itself what is to be told after its due date.
    letter = letter_of(submission, results, everything=True)
    pairs = list(zip(submission.exercises, letter.rows, strict=True))
    told = {
        "score": submission.score,
        "execution_time": round(sum(ex.seconds for ex in submission.exercises), 3),
        "output": "\n".join(_output(letter)),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [test for pair in pairs for test in _tests(*pair)],
        "extra_data": {"complete": submission.complete},
    }
    return msgspec.json.format(msgspec.json.encode(told)) + b"\n"


def _output(letter: Letter) -> Iterator[str]:
    head = letter.headline
    yield f"{of(head.score, head.max_score)} points in {head.course}."
    yield from provisos(letter)
    for row in letter.rows:
        named = f"{row.exercise}: "
        for text in (row.error, *row.notes):
            yield from (
                line if line.startswith(named) else named + line
                for line in text.splitlines()
            )
        yield from (
            f"{row.exercise}: {signed(c.points)}: {c.reason}" for c in row.changes
        )
    yield from letter.advice
    yield letter.made_with


def _tests(exercise: ExerciseResult, row: ExerciseRow) -> Iterator[dict[str, Any]]:
    rows = check_rows(exercise, everything=True)
    for number, (check, shown) in enumerate(zip(exercise.checks, rows, strict=True), 1):
        yield _test(check, shown, row, number)


def _test(
    check: CheckResult, shown: CheckRow, row: ExerciseRow, number: int
) -> dict[str, Any]:
    passed = check.outcome is Outcome.PASSED
    return {
        "name": f"{row.exercise}: {shown.title}",
        "name_format": "text",
        "number": f"{row.exercise}.{number}",
        "score": check.score,
        "max_score": check.max_score,
        "status": "passed" if passed else "failed",
        "output": "\n".join(words_of(row, shown)),
        "output_format": "text",
        "visibility": _VISIBILITY[check.visibility],
        "extra_data": {"outcome": check.outcome.value},
    }
