"""`grader submit-file`: one file to hand in, checked on the way."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import COURSE, say


@click.command("submit-file")
@click.argument("file", type=click.Path(path_type=Path))
@COURSE
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("hand_in"),
    show_default=True,
    help="The folder to write it into.",
)
def submit_file(file: Path, course: Path | None, out: Path) -> None:
    """Write one file to hand in, with what the visible checks say of it.

    \b
    Example:
      grader submit-file autograd.ipynb
    """  # noqa: D301 - click wants the character itself
    from grader.checking import Checking
    from grader.handing_in import hand_in

    with Checking((file,), course) as checking:
        (checked,) = checking.check()
    made = hand_in(checked, out)
    passed = sum(check.outcome == "passed" for check in checked.result.checks)
    total = len(checked.result.checks)
    click.echo(f"{made}: hand in this file; {passed} of {total} visible checks passed")
    say("the grade comes from other checks, which run on it anew")
