"""GitLab's Code Quality report: each check that did not pass, on the student's line.

The JUnit artifact is the format `junit`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from grader.model import Outcome
from grader.report.letter import exercise_row
from grader.report.places import place_of
from grader.report.plain import words_of
from grader.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Results
    from grader.report.formats import Pages
    from grader.report.options import Options

QUALITY_FILE = "gitlab/code-quality.json"
_LINE_CAP = 500
_QUIET = (Outcome.PASSED, Outcome.SKIPPED)


def render(results: Results, options: Options) -> Pages:
    """Return the one page of findings."""
    found = list(_found(results, options))
    return [(QUALITY_FILE, msgspec.json.format(msgspec.json.encode(found)) + b"\n")]


def _found(results: Results, options: Options) -> Iterator[dict[str, Any]]:
    for submission in results.submissions:
        student = clean_line(submission.student, _LINE_CAP)
        for exercise in submission.exercises:
            row = exercise_row(exercise)
            program = options.programs(submission.student, exercise.exercise)
            abouts = {check.name: check.about for check in exercise.checks}
            for check in row.checks:
                if check.outcome in _QUIET or row.file is None:
                    continue
                words = clean_line(" ".join(words_of(row, check)), _LINE_CAP)
                key = f"{submission.student}\0{exercise.exercise}\0{check.name}"
                file, line = place_of(program, abouts[check.name], row.file)
                yield {
                    "description": f"{check.title} {words}",
                    "check_name": f"{row.exercise}.{check.name}",
                    "fingerprint": hashlib.sha256(
                        key.encode("utf-8", "surrogatepass")
                    ).hexdigest(),
                    "severity": _severity(check.outcome),
                    "location": {
                        "path": f"{student}/{file}",
                        "lines": {"begin": line},
                    },
                }


def _severity(outcome: Outcome) -> str:
    if outcome is Outcome.GRADER_ERROR:
        return "blocker"
    return "minor" if outcome is Outcome.NOT_ATTEMPTED else "major"
