"""`grader adopt`: a student's mistake becomes one that the course asks about."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import COURSE, SANDBOX
from grader.cli.decisions import OUT
from grader.cli.prove import ProveWatcher


@click.command()
@click.argument("student")
@click.argument("exercise")
@click.option("--name", required=True, help="What the mistake is called from now on.")
@click.option(
    "--question", required=True, metavar="TEXT", help="What a teacher would ask."
)
@click.option("--try", "try_it", default="", metavar="TEXT", help="An experiment.")
@click.option(
    "--about", default="", metavar="FUNCTION", help="Which function is wrong."
)
@COURSE
@OUT
@SANDBOX
def adopt(
    student: str,
    exercise: str,
    name: str,
    question: str,
    try_it: str,
    about: str,
    course: Path | None,
    out: Path,
    sandbox: str,
) -> None:
    """Make what a student did a mistake of the course, and ask its question.

    The function, without names and comments, is proved and goes into `mistakes.py`; if
    no check catches it or tells it from the others, the file stays as it is.
    All students of the group are asked its question from now on. No grade moves.

    \b
    Example:
      grader adopt s006 autograd --name forgets_to_square --question "What is squared?"
    """  # noqa: D301 - click wants the character itself
    from grader.authoring.adopting import Adopting
    from grader.decisions import Naming
    from grader.text import clean_line

    naming = Naming(student, exercise, name, question, try_it, about)
    watcher = ProveWatcher()
    try:
        adopted = Adopting(out, course or Path(), sandbox).adopt(naming, watcher)
    finally:
        watcher.progress.close()
    for line in adopted.told():
        click.echo(clean_line(line, 1000))
