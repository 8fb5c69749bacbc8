"""`grader extend`: more time for one student."""

from __future__ import annotations

import click

from grader.cli.decisions import Typed, deciding
from grader.errors import UsageError
from grader.text import number


@click.command()
@deciding("[EXERCISE]")
@click.option("--until", metavar="DATE", help="The new due date.")
@click.option("--days", type=float, help="Days to add to the due date.")
def extend(given: Typed, until: str | None, days: float | None) -> None:
    """Give a student more time for an exercise, or for all.

    \b
    Example:
      grader extend s001 autograd --days 2 --reason ill
      grader extend s001 --until 2026-11-09T23:59
    """  # noqa: D301 - click wants the character itself
    from grader.course.rules import moment
    from grader.decisions import Extension

    if given.undo:
        given.take_back(Extension)
        return
    if (until is None) == (days is None) or (days is not None and not days > 0):
        raise UsageError("extend: expected either --until or --days, above 0.")
    date = moment(until, given.desk.course.rules.zone) if until is not None else None
    longer = f"until {date:%Y-%m-%d %H:%M %Z}" if date else f"{number(days or 0)} days"
    decision = Extension(**given.common(), until=date, days=days)
    given.decide(decision, f"extended: {longer}")
