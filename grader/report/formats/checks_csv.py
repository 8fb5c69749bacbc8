"""`checks.csv`: one row per student and check, safe to open in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.cells import csv_page, number_cell, text_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Results, SubmissionResult
    from grader.report.formats import Pages
    from grader.report.options import Options

CHECKS_FILE = "checks.csv"
HEAD = (
    *("student", "exercise", "check", "title", "visibility", "outcome"),
    *("score", "max", "mistake", "question"),
)


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Return the one page of the checks."""
    return [(CHECKS_FILE, _pieces(results))]


def _pieces(results: Results) -> Iterator[bytes]:
    """Yield the table a student at a time."""
    yield csv_page((HEAD,))
    for submission in results.submissions:
        yield csv_page(_rows(submission))


def rows(results: Results) -> Iterator[tuple[str, ...]]:
    """Yield one row per student and check, as cells that no spreadsheet computes."""
    for submission in results.submissions:
        yield from _rows(submission)


def _rows(submission: SubmissionResult) -> Iterator[tuple[str, ...]]:
    for exercise in submission.exercises:
        for check in exercise.checks:
            yield (
                text_cell(submission.student),
                text_cell(exercise.exercise),
                text_cell(check.name),
                text_cell(check.title),
                check.visibility.value,
                check.outcome.value,
                number_cell(check.score),
                number_cell(check.max_score),
                text_cell(check.mistake or ""),
                text_cell(check.question or ""),
            )
