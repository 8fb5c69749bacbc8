"""What the commands share: the course option, and chatter, which goes to stderr."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

# What shells report for a command that was interrupted.
INTERRUPTED = 130
COURSE = click.option(
    "--course",
    type=click.Path(path_type=Path),
    help="The course's folder (default: this one).",
)


def say(text: str) -> None:
    """Print chatter: to stderr, where nobody parses it."""
    # A full or closed stderr must not cost the run.
    with contextlib.suppress(OSError, ValueError):
        click.echo(text, err=True)


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is due."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
