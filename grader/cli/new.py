"""`grader new`: a course, or an exercise in it, to start from."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import COURSE, say
from grader.errors import UsageError


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--exercise", metavar="ID", help="The exercise's id.")
@COURSE
def new(folder: Path | None, exercise: str | None, course: Path | None) -> None:
    """Make a course in FOLDER, or add an exercise to the course that is here.

    The exercise works as it stands: change it step by step into your own.

    \b
    Example:
      grader new my_course --exercise attention
    """  # noqa: D301 - click wants the character itself
    from grader.authoring import starting

    if folder is not None and course is not None:
        raise UsageError(
            "grader new: expected a folder for a new course or --course, got both."
        )
    if folder is None and exercise is None:
        raise UsageError(
            "grader new: name a folder for a new course, or an exercise to add with "
            "--exercise ID."
        )
    root = folder or course or Path()
    if folder is not None:
        exercise = exercise or starting.FIRST
        written = starting.new_course(root, exercise)
    else:
        written = starting.new_exercise(root, exercise or starting.FIRST)
    for path in written:
        click.echo(f"wrote {path}")
    there = "" if root == Path() else f"cd {root}; "
    say(f"next: {there}grader prove {exercise}")
    if folder is not None:
        say(
            f"{exercise} is a sample: write your own exercise into its files. Or add "
            f"one with `grader new --exercise ID`, and remove the sample: its folder "
            f"solutions/{exercise}, its id in the list `exercises` of "
            f"solutions/course.toml, and its table [exercise.{exercise}] there."
        )
