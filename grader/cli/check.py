"""`grader check`: a student's own check of a file, with the visible checks."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from grader.cli.common import COURSE

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.checking import Checked, Checking


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@COURSE
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
def check(files: tuple[Path, ...], course: Path | None, *, watch: bool) -> None:
    """Check your own work with the visible checks.

    \b
    Example:
      grader check autograd.ipynb
    """  # noqa: D301 - click wants the character itself
    from grader.checking import Checking
    from grader.judging.session import open_judges

    judges = functools.partial(open_judges, stays=watch)
    with Checking(files, course, open_judges=judges) as checking:
        if watch:
            _watch(files, lambda: _check_once(checking))
        if not _check_once(checking):
            sys.exit(1)


def _check_once(checking: Checking) -> bool:
    """Check the files and print the findings; return whether all checks passed."""
    checked = checking.check()
    for one in checked:
        _print_checked(one)
    return all(_all_passed(one) for one in checked)


def _all_passed(checked: Checked) -> bool:
    return all(check.outcome == "passed" for check in checked.result.checks)


def _print_checked(checked: Checked) -> None:
    """Print what the checks found, failures first."""
    from grader.report.letter import exercise_row
    from grader.report.terminal import exercise_lines
    from grader.text import clean_line

    for line in exercise_lines(exercise_row(checked.result), str(checked.path)):
        click.echo(line)
    for fault in checked.faults:
        click.echo(f"  author: {clean_line(fault, 400)}")


def _watch(files: tuple[Path, ...], run: Callable[[], bool]) -> NoReturn:
    from grader.cli.watching import again_and_again

    names = {path.resolve() for path in files}
    folders = {path.parent for path in names}
    again_and_again(run, folders, lambda path: path.resolve() in names)
