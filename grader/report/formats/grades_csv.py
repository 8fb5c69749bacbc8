"""`grades.csv`: one row per student, safe to open in a spreadsheet."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from grader.report.cells import csv_text, number_cell, text_cell
from grader.report.counts import nothing_handed_in, percent
from grader.report.stems import utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import ExerciseResult, Results, SubmissionResult
    from grader.report.formats import Pages
    from grader.report.options import Options

GRADES_FILE = "grades.csv"
# Whether all checks could run on what came in, and whether anything came in.
_STATES = ("complete", "handed_in")


def render(results: Results, options: Options) -> Pages:  # noqa: ARG001 - as all formats
    """Return the one page of the grades."""
    return [(GRADES_FILE, _pieces(results))]


def _pieces(results: Results) -> Iterator[bytes]:
    """Yield the table, once somebody wants it."""
    yield utf8(table(results))


def table(results: Results) -> str:
    """Return the grades as CSV, every cell quoted.

    A text that a spreadsheet would take for a formula gets a leading apostrophe. Where
    rules or people adjusted a grade, two more columns have what the checks gave and
    which policies adjusted it; where there are letter grades, one more has them.
    """
    # Students of a large class are read from the disk: each is looked at once.
    ids: dict[str, None] = {}
    rows = []
    for submission in results.submissions:
        scores = {ex.exercise: _score(ex) for ex in submission.exercises}
        ids |= dict.fromkeys(scores)
        more = [cell(submission) for cell in _MORE.values()]
        rows.append((scores, text_cell(submission.student), _cells(submission), more))
    used = [any(row[-1][place] for row in rows) for place in range(len(_MORE))]
    head = ("student", *map(text_cell, ids), "total", "max", "percent", *_STATES)
    table = (
        (
            student,
            *(scores.get(name, "") for name in ids),
            *cells,
            *compress(more, used),
        )
        for scores, student, cells, more in rows
    )
    return csv_text(((*head, *compress(_MORE, used)), *table))


def _cells(submission: SubmissionResult) -> tuple[str, ...]:
    """Return what stands behind the scores."""
    handed_in = not all(map(nothing_handed_in, submission.exercises))
    states = submission.complete and handed_in, handed_in
    return (
        number_cell(submission.score),
        number_cell(submission.max_score),
        number_cell(percent(submission)),
        *(str(state).lower() for state in states),
    )


def _score(exercise: ExerciseResult) -> str:
    """Return the points; empty where neither a file nor a person gave any."""
    nothing = nothing_handed_in(exercise) and not exercise.score
    return "" if nothing else number_cell(exercise.score)


def _checks_total(submission: SubmissionResult) -> str:
    return number_cell(submission.checks_score)


def _adjusted(submission: SubmissionResult) -> str:
    """Return the policies that adjusted a grade, each once, in their order."""
    own = [one for ex in submission.exercises for one in ex.adjustments]
    names = dict.fromkeys(one.by for one in (*own, *submission.adjustments))
    return text_cell(", ".join(names))


def _letter_grade(submission: SubmissionResult) -> str:
    return text_cell(submission.letter_grade or "")


def _name(submission: SubmissionResult) -> str:
    return text_cell(submission.name or "")


def _section(submission: SubmissionResult) -> str:
    return text_cell(submission.section or "")


def _absent(submission: SubmissionResult) -> str:
    return "absent" if submission.absent else ""


# A column is there if anybody has something in it.
_MORE: dict[str, Callable[[SubmissionResult], str]] = {
    "checks_total": _checks_total,
    "adjusted": _adjusted,
    "letter_grade": _letter_grade,
    "name": _name,
    "section": _section,
    "absent": _absent,
}
