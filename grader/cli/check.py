"""`grader check`: a student's own check of files, with the visible checks."""

from __future__ import annotations

import functools
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import COURSE, say

if TYPE_CHECKING:
    from grader.checking import Checked
    from grader.report.answer import Amount

_NO_LIMITS = (
    "This system has no limit on a program's memory: end a program that takes too much "
    "with Ctrl-C."
)
# Where nobody looks at a terminal, lines are as long as sentences.
_ENDLESS = 10_000


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


def all_passed(checked: Checked) -> bool:
    """Return whether a file has passed all its checks."""
    return all(check.outcome == "passed" for check in checked.result.checks)


def as_data(checked: tuple[Checked, ...]) -> str:
    """Return results as JSON: of each file its path, and the fields of results.json."""
    import msgspec

    data = [
        {"path": str(one.path), **msgspec.to_builtins(one.result)} for one in checked
    ]
    return msgspec.json.format(msgspec.json.encode(data), indent=1).decode()


def print_checked(checked: Checked, amount: Amount) -> None:
    """Print the answer for one file."""
    from grader.report.answer import answer_to
    from grader.report.cell import lines_of
    from grader.report.letter import exercise_row
    from grader.report.sparks import in_ascii
    from grader.text import clean_line

    row = exercise_row(checked.result)
    parts = answer_to(
        row, str(checked.path), amount, checked.standing, checked.result.error
    )
    for line in lines_of(parts, width()):
        click.echo(line if _has_blocks() else in_ascii(line))
    for fault in checked.faults:
        say(f"author: {clean_line(fault, 400)}")


def width() -> int:
    """Return how many characters fit into a line."""
    if sys.stdout.isatty():
        return shutil.get_terminal_size((88, 20)).columns
    return _ENDLESS


def _has_blocks() -> bool:
    """Return whether the terminal has the characters that curves are drawn with."""
    try:
        "▁█…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
