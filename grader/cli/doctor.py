"""`grader doctor`: what the wall is made of here, and whether it holds."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import COURSE, SANDBOX, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from grader.sandbox.host.doctor import Examination, Fact

_REFUSED = 2


@click.command()
@COURSE
@SANDBOX
def doctor(course: Path | None, sandbox: str) -> None:
    """Show whether this machine can grade safely, and what is missing.

    Exit code 0 when it can, 2 when grading would be refused.

    \b
    Example:
      grader doctor --sandbox auto
    """  # noqa: D301 - click wants the character itself
    from grader.sandbox.host.doctor import examine

    with _course(course) as (preload, secret):
        found = examine(sandbox, preload, secret)
    print_examination(found)
    if found.refusal is not None:
        say(f"grader: {found.refusal}")
        sys.exit(_REFUSED)
    say("nothing stands in the way of grading" + _warning(found))


def print_examination(found: Examination) -> None:
    """Print the tables on a terminal, plain lines elsewhere."""
    from rich.console import Console

    console = Console(highlight=False)
    if console.is_terminal:
        _print_table(console, found)
        return
    click.echo(f"sandbox: {found.tier}")
    for title, facts in _sections(found):
        for fact in facts:
            click.echo(f"{title}: {fact.name}: {fact.detail}")


def _print_table(console: Console, found: Examination) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"sandbox: {found.tier}", title_justify="left")
    for heading in ("", "what", "found"):
        table.add_column(heading, overflow="fold")
    for title, facts in _sections(found):
        for position, fact in enumerate(facts):
            style = {True: "green", False: "bold red", None: ""}[fact.good]
            if title == "mechanism" and fact.good is False:
                style = "yellow"  # only one of several mechanisms: the tier decides
            table.add_row(
                "" if position else title, fact.name, Text(fact.detail, style)
            )
        table.add_section()
    console.print(table)


def _sections(found: Examination) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    return (
        ("mechanism", found.mechanisms),
        ("lock-down", found.steps),
        ("canary", found.attempts),
        ("machine", found.versions),
    )


def _warning(found: Examination) -> str:
    return "" if found.attempts else ", but without a wall: every report says so"


@contextmanager
def _course(root: Path | None) -> Iterator[tuple[tuple[str, ...], Path]]:
    """Yield the modules that a course preloads, and a file beside its hidden checks.

    Without a course, a temporary file takes the place of that one.
    """
    from grader.course import COURSE_FILE, load_course

    secret = (root or Path()) / "solutions" / COURSE_FILE
    if root is not None or secret.exists():
        yield load_course(root or Path()).preload, secret
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="grader-") as folder:
        path = Path(folder, "secret")
        path.write_text("secret", encoding="ascii")
        yield ("torch",), path
