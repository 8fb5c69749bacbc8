"""What the commands share: options, and chatter, which goes to stderr."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader.sandbox.modes import MODES
from grader.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

# The exit code of a command that was interrupted, as in shells.
INTERRUPTED = 130
# The exit code of a run in which a check could not be run: somebody has to act.
NOT_FINAL = 2
_MESSAGE_CAP = 100_000
# So many files are named; of more, their number says enough.
_NAMED: Final = 3
_FIRST_PAGE: Final = "index.html"
COURSE = click.option(
    "--course",
    type=click.Path(path_type=Path),
    help="The course's folder (default: this one).",
)
SANDBOX = click.option(
    "--sandbox",
    type=click.Choice(MODES),
    default="auto",
    show_default=True,
    help="The wall around student code; none is unsafe.",
)


def say(text: str) -> None:
    """Print a remark to stderr, where nobody parses it.

    It may hold a path that a student chose, so it is cleaned of terminal sequences.
    """
    # A full or closed stderr must not cost the run.
    with contextlib.suppress(OSError, ValueError):
        click.echo(clean_text(text, _MESSAGE_CAP), err=True)


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is 1."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def say_written(files: Sequence[Path], out: Path) -> None:
    """Say which files were written, and which page to open first."""
    names = ", ".join(str(file.relative_to(out)) for file in files)
    few = f": {names}" if 0 < len(files) <= _NAMED else ""
    say(f"{count(len(files), 'file')} written to {out}{os.sep}{few}")
    for file in files:
        if file.name == _FIRST_PAGE:
            say(f"open this page in a browser: {file}")
