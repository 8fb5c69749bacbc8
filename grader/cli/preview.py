"""`grader preview`: what a student with a mistake would read."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import COURSE, SANDBOX, say


@click.command()
@click.argument("exercise")
@click.argument("mistake")
@COURSE
@SANDBOX
def preview(exercise: str, mistake: str, course: Path | None, sandbox: str) -> None:
    """Show what a student with this mistake would read.

    MISTAKE is a name in mistakes.py; a name in alternatives.py, `solution` and `stub`
    will do as well.

    \b
    Example:
      grader preview autograd gradient_never_zeroed
    """  # noqa: D301 - click wants the character itself
    from grader.authoring import previewing
    from grader.course import load_course
    from grader.judging.session import open_judges
    from grader.report.letter import exercise_row
    from grader.report.terminal import exercise_lines
    from grader.text import clean_line, number

    loaded = load_course(course or Path()).only((exercise,))
    variant = previewing.variant_of(loaded, mistake)
    with open_judges(loaded, sandbox=sandbox) as judges:
        result = previewing.preview(judges, loaded, variant)
    points = f"{number(result.score)} of {number(result.max_score)} points"
    place = f"{exercise} with {mistake}, {points}"
    for line in exercise_lines(exercise_row(result), place):
        click.echo(line)
    for fault in result.faults:
        say(f"author: {clean_line(fault, 400)}")
