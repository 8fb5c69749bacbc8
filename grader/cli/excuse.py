"""`grader excuse`: an exercise that a student need not hand in."""

from __future__ import annotations

import click

from grader.cli.decisions import Typed, deciding


@click.command()
@deciding("[EXERCISE]")
def excuse(given: Typed) -> None:
    """Excuse a student from an exercise, or from all: it does not count.

    \b
    Example:
      grader excuse s001 autograd --reason ill
    """  # noqa: D301 - click wants the character itself
    from grader.decisions import Excused

    if given.undo:
        given.take_back(Excused)
        return
    given.decide(Excused(**given.common()), "excused")
