"""`grader publish`: the grades of a class, frozen under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli.common import count, say
from grader.cli.decisions import BY, OUT, who

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("name", required=False)
@OUT
@BY
def publish(name: str | None, out: Path, by: str | None) -> None:
    """Freeze the grades as they are, under a name (default: the time).

    \b
    Example:
      grader publish midterm
    """  # noqa: D301 - click wants the character itself
    from grader.decisions import now
    from grader.gradebook import GRADEBOOK_FILE, Gradebook, Published
    from grader.moves import frozen
    from grader.report import filed

    results = filed.read(out)
    at = now()
    label = name or f"{at:%Y-%m-%dT%H:%M:%SZ}"
    with Gradebook(out / GRADEBOOK_FILE) as book:
        book.publish(Published(label, who(by), at, frozen(results)))
    open_grades = sum(not one.complete for one in results.submissions)
    click.echo(f"{label}: the grades of {count(len(results.submissions), 'student')}")
    if open_grades:
        say(f"{count(open_grades, 'grade')} of them not final: see the reports")
