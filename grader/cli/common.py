"""What the commands share: options, and chatter, which goes to stderr."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from grader.sandbox.modes import MODES
from grader.text import clean_text

# The exit code of a command that was interrupted, as in shells.
INTERRUPTED = 130
# The exit code of a run in which a check could not be run: somebody has to act.
NOT_FINAL = 2
_MESSAGE_CAP = 100_000
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
