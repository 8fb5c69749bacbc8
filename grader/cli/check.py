"""`grader check`: a student's own check of a file, with the visible checks."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from grader.cli.common import COURSE, say
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.checking import Checked, Checking


_FIRST_TURN_MS = 200


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
    from watchfiles import watch

    names = {path.resolve() for path in files}
    folders = {path.parent for path in names}
    say("watching; stop with Ctrl-C")
    # The first turn comes once the watch is set up, so that no save is missed.
    turns = watch(
        *folders, recursive=False, yield_on_timeout=True, rust_timeout=_FIRST_TURN_MS
    )
    for turn, changes in enumerate(turns):
        if turn == 0 or names & {Path(name).resolve() for _, name in changes}:
            _run_watched(run)
    sys.exit(0)


def _run_watched(run: Callable[[], bool]) -> None:
    try:
        run()
    except GraderError as error:
        say(f"grader: {error}")
