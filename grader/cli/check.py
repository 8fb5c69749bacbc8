"""`grader check`: a student's own check of files, with the visible checks."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import click

from grader.cli.answers import all_passed, as_data, print_checked
from grader.cli.common import COURSE, say

_NO_LIMITS = (
    "This system has no limit on a program's memory: end a program that takes too much "
    "with Ctrl-C."
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@COURSE
@click.option("--all", "everything", is_flag=True, help="Tell about every check.")
@click.option("--hint", is_flag=True, help="Say something to try, where there is.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--watch", is_flag=True, help="Check again at each save.")
def check(
    paths: tuple[Path, ...],
    course: Path | None,
    *,
    everything: bool,
    hint: bool,
    as_json: bool,
    watch: bool,
) -> None:
    """Check your own work with the visible checks.

    PATHS are files and folders; without any, all exercises of this folder.

    \b
    Example:
      grader check autograd.ipynb
    """  # noqa: D301 - click wants the character itself
    from grader.checking import Checking
    from grader.judging.session import open_judges
    from grader.report.answer import Amount
    from grader.sandbox.limiting import limits_module

    if limits_module() is None:
        say(_NO_LIMITS)
    judges = functools.partial(open_judges, stays=watch)
    amount = Amount(everything, hint)
    with Checking(paths, course, open_judges=judges) as checking:
        if watch:
            from grader.cli.saves import Watching

            Watching(checking, amount).run()
            return
        checked = checking.check()
        if as_json:
            click.echo(as_data(checked))
        else:
            for one in checked:
                print_checked(one, amount)
    if not all(map(all_passed, checked)):
        sys.exit(1)
