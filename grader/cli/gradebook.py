"""`grader gradebook`: what people decided, as lines of JSON, out and in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli.common import say
from grader.cli.decisions import OUT
from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO


@click.group()
def gradebook() -> None:
    """Export or import what people decided, and what was published.

    \b
    Example:
      grader gradebook export > gradebook.jsonl
    """  # noqa: D301 - click wants the character itself


@gradebook.command("export")
@OUT
def export(out: Path) -> None:
    """Write everything to stdout, one line of JSON for each thing."""
    from grader.gradebook import GRADEBOOK_FILE, Gradebook

    path = out / GRADEBOOK_FILE
    if not path.exists():
        raise UsageError(f"{path}: there is no gradebook. Name the folder with --out.")
    with Gradebook(path) as book:
        for line in book.export():
            click.echo(line)


@gradebook.command("import")
@click.argument("file", type=click.File("rb"))
@OUT
def take(file: BinaryIO, out: Path) -> None:
    """Add what an export holds; what is there already stays."""
    from grader.gradebook import GRADEBOOK_FILE, Gradebook

    with Gradebook(out / GRADEBOOK_FILE) as book:
        imported = book.take(file, file.name)
    click.echo(f"{imported.added} added, {imported.known} were there")
    if imported.added:
        say("grade again, or decide something, to see it in the reports")
