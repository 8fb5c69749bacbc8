"""`grader release`: exercises/ from solutions/."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from grader.cli.common import COURSE, say


@click.command()
@COURSE
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; fail when exercises/ is out of date.",
)
def release(course: Path | None, *, only_check: bool) -> None:
    """Make exercises/ from solutions/.

    \b
    Example:
      grader release --check
    """  # noqa: D301 - click wants the character itself
    from grader import authoring
    from grader.course import load_course

    loaded = load_course(course or Path())
    if only_check:
        stale = authoring.stale(loaded)
        for line in stale:
            click.echo(line)
        sys.exit(1 if stale else 0)
    for path in authoring.release(loaded):
        click.echo(f"wrote {path}")
    say("exercises/ is up to date")
