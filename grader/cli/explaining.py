"""How a grade came about, and why it moved, in lines for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.errors import UsageError
from grader.text import clean_line, clean_text, did_you_mean, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import Results
    from grader.moves import Moved, Score

_CAP = 400
_DIGITS = 6
EXPLAIN = click.option(
    "--explain",
    "explain",
    multiple=True,
    metavar="STUDENT",
    help="Print the arithmetic of this student's grade, line by line.",
)


def print_explained(results: Results, students: Iterable[str]) -> None:
    """Print how the grades of some students come about.

    Raises:
        UsageError: there is no student of a name.
    """
    from grader.policies import explained

    asked = tuple(students)
    if not asked:
        return
    found = {one.student: one for one in results.submissions if one.student in asked}
    for student in asked:
        if student not in found:
            near = did_you_mean(student, [one.student for one in results.submissions])
            raise UsageError(f"--explain {student}: there is no such student.{near}")
        for line in explained(found[student]):
            click.echo(clean_text(line, _CAP).replace("\n", " "))


def moved_lines(moved: Moved, level: int = 0) -> Iterator[str]:
    """Yield what moved, and why, each exercise below its student."""
    indent = "  " * level
    yield f"{indent}{clean_line(moved.name, _CAP)}: {_moved(moved)}"
    for cause in moved.causes:
        yield f"{indent}  {cause.why.replace('_', '-')}: {clean_line(cause.text, _CAP)}"
    for exercise in moved.exercises:
        yield from moved_lines(exercise, level + 1)


def _moved(moved: Moved) -> str:
    points = number(abs(moved.points), _DIGITS)
    sign = "+" if moved.points > 0 else "-" if moved.points < 0 else ""
    return f"{_score(moved.before)} -> {_score(moved.after)} ({sign}{points})"


def _score(score: Score | None) -> str:
    if score is None:
        return "nothing"
    return f"{number(score.score, _DIGITS)} of {number(score.max_score, _DIGITS)}"
