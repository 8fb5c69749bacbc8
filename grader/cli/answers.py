"""What a student's own check prints: the answer for each file, as text or as JSON."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import click

from grader.cli.common import say

if TYPE_CHECKING:
    from grader.checking import Checked
    from grader.report.answer import Amount

# Where nobody looks at a terminal, lines are as long as sentences.
_ENDLESS = 10_000


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
    parts = answer_to(row, str(checked.path), amount, checked.standing)
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
