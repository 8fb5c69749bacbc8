"""`grader diff`: whose grade moved, by how much, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import count, say
from grader.cli.decisions import OUT
from grader.cli.explaining import moved_lines
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.model import Results


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@OUT
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def diff(old: str | None, new: str | None, out: Path, *, as_json: bool) -> None:
    """List whose grade moved between two states.

    OLD and NEW are names that `grader publish` gave, or folders of reports; without
    them, what was published last and the reports as they are.

    \b
    Example:
      grader diff midterm
    """  # noqa: D301 - click wants the character itself
    import msgspec

    from grader.moves import moves

    before = _state(old, out) if old else _published_last(out)
    after = _state(new or str(out), out)
    found = moves(before, after)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for moved in found:
        for line in moved_lines(moved):
            click.echo(line)
    say(f"{len(found)} of {count(len(after.submissions), 'grade')} moved")


def _state(name: str, out: Path) -> Results:
    """Return a state: a folder's results, or what was published under a name."""
    from grader.gradebook import GRADEBOOK_FILE, Gradebook
    from grader.report.formats import results_json

    if Path(name).is_dir():
        return results_json.read(Path(name))
    if not (out / GRADEBOOK_FILE).exists():
        raise UsageError(
            f"{name}: expected a folder of reports, or a name that `grader publish` "
            f"gave; nothing was published in {out}."
        )
    with Gradebook(out / GRADEBOOK_FILE) as book:
        return book.grades(name).results


def _published_last(out: Path) -> Results:
    from grader.gradebook import GRADEBOOK_FILE, Gradebook

    if (out / GRADEBOOK_FILE).exists():
        with Gradebook(out / GRADEBOOK_FILE) as book:
            names = book.published()
            if names:
                return book.grades(names[-1]).results
    raise UsageError(
        f"{out}: nothing was published here. Name two folders of reports, or type "
        f"`grader publish` before the grades move."
    )
