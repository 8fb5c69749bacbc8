"""Letters to send: one text per student, and one table for a mail merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.report.cells import csv_page, number_cell, text_block, text_cell
from grader.report.counts import percent
from grader.report.letter import letter_of
from grader.report.plain import text_of
from grader.report.stems import file_stems, utf8
from grader.text import inert

if TYPE_CHECKING:
    from grader.model import Results
    from grader.report.formats import Pages
    from grader.report.options import Options

FOLDER = "letters"
# Of all students, so it lies outside the folder that holds what each may read.
MERGE_FILE = "mail-merge.csv"
HEAD = ("student", "file", "score", "max", "percent", "complete", "subject", "letter")


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Yield one text per student, then the table."""
    stems = file_stems(tuple(one.student for one in results.submissions))
    rows = [HEAD]
    for stem, submission in zip(stems, results.submissions, strict=True):
        text = inert(text_of(letter_of(submission, results)))
        yield f"{FOLDER}/{stem}.txt", utf8(text)
        rows.append(
            (
                text_cell(submission.student),
                text_cell(f"{FOLDER}/{stem}.txt"),
                number_cell(submission.score),
                number_cell(submission.max_score),
                number_cell(percent(submission)),
                "true" if submission.complete else "false",
                text_cell(f"Your grade in {results.course}"),
                text_block(text),
            )
        )
    yield MERGE_FILE, csv_page(rows)
