"""GitHub Actions: a step summary, and annotations on the students' lines.

A workflow's step appends the summary to the file that `GITHUB_STEP_SUMMARY` names, and
prints the annotations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Outcome
from grader.report.counts import most_lost, percent
from grader.report.formats.markdown import escape, page, table
from grader.report.letter import exercise_row, letter_of
from grader.report.phrases import of
from grader.report.places import place_of
from grader.report.plain import words_of
from grader.report.stems import utf8
from grader.text import clean_line, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import ExerciseResult, Results, SubmissionResult
    from grader.report.formats import Pages
    from grader.report.options import Options

SUMMARY_FILE = "github/summary.md"
ANNOTATIONS_FILE = "github/annotations.txt"
# The platform takes 1 MiB of summary, ten errors and ten warnings from each step.
SUMMARY_CAP = 1024 * 1024 - 4096
MOST_ANNOTATIONS = 10
_LOST_SHOWN = 10
_LINE_CAP = 500
_QUIET = (Outcome.PASSED, Outcome.SKIPPED)


def render(results: Results, options: Options) -> Pages:
    """Return the summary and the annotations."""
    lines = "".join(f"{line}\n" for line in commands(results, options))
    return [(SUMMARY_FILE, summary(results)), (ANNOTATIONS_FILE, utf8(lines))]


def summary(results: Results) -> bytes:
    """Return the summary: the letter of one student, or a table of several."""
    if len(results.submissions) == 1:
        parts = [page(letter_of(results.submissions[0], results))]
    else:
        parts = [*_class(results), *_students(results)]
    return _capped(parts)


def _capped(parts: list[str]) -> bytes:
    """Return as many parts as the platform takes, whole."""
    kept, size = [], 0
    for count, part in enumerate(parts):
        size += len(utf8(part))
        if size > SUMMARY_CAP:
            kept.append(f"\n\nand {len(parts) - count} more, see the reports.\n")
            break
        kept.append(part)
    return utf8("".join(kept))


def _class(results: Results) -> Iterator[str]:
    yield f"# {escape(results.course)}\n\n"
    open_ones = sum(not submission.complete for submission in results.submissions)
    yield f"{len(results.submissions)} students"
    yield f", {open_ones} of them with scores that are not final" if open_ones else ""
    yield ".\n\n"
    lost = most_lost(results, _LOST_SHOWN)
    if lost:
        yield "Checks that most students lost points on:\n\n"
    for check in lost:
        yield f"- {check.students}: {escape(check.exercise)}, {escape(check.title)}\n"
    yield "\n"


def _students(results: Results) -> Iterator[str]:
    """Yield the lines of a table one by one, so that a cut leaves a valid table."""
    rows = [_row(submission) for submission in results.submissions]
    lines = table(("student", "points", "%", "final"), "l r r l", rows).splitlines()
    yield from (f"{line}\n" for line in lines)


def _row(submission: SubmissionResult) -> tuple[str, ...]:
    share = percent(submission)
    return (
        escape(submission.student),
        of(submission.score, submission.max_score),
        "" if share is None else number(share),
        "yes" if submission.complete else "**no**",
    )


def commands(results: Results, options: Options) -> Iterator[str]:
    """Yield workflow commands: the first failure of each exercise, ten at most."""
    count = 0
    for submission in results.submissions:
        for exercise in submission.exercises:
            if count == MOST_ANNOTATIONS:
                return
            for command in _first(submission.student, exercise, options):
                count += 1
                yield command


def _first(student: str, exercise: ExerciseResult, options: Options) -> Iterator[str]:
    row = exercise_row(exercise)
    failed = [check for check in row.checks if check.outcome not in _QUIET]
    if not failed or row.file is None:
        return
    check = failed[0]
    program = options.programs(student, exercise.exercise)
    abouts = {one.name: one.about for one in exercise.checks}
    level = "warning" if check.outcome is Outcome.GRADER_ERROR else "error"
    file, line = place_of(program, abouts[check.name], row.file)
    place = f"{clean_line(student, _LINE_CAP)}/{file}"
    words = clean_line(" ".join(words_of(row, check)), _LINE_CAP)
    yield (
        f"::{level} file={_property(place)},line={line}"
        f",title={_property(check.title)}::{_data(words)}"
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
