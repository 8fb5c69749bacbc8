"""`grader comment`: words for a student, or a flag for instructors alone."""

from __future__ import annotations

import click

from grader.cli.decisions import Typed, deciding
from grader.errors import UsageError
from grader.text import clean_text

_CAP = 5000


@click.command()
@deciding("[EXERCISE]")
@click.option("--text", default="", help="What to say.")
@click.option("--flag", is_flag=True, help="For instructors alone.")
def comment(given: Typed, text: str, *, flag: bool) -> None:
    """Say something to a student; it stands in the reports.

    \b
    Example:
      grader comment s001 autograd --text "Well done: a clear loop."
    """  # noqa: D301 - click wants the character itself
    from grader.decisions import Comment, Flag

    kind = Flag if flag else Comment
    if given.undo:
        given.take_back(kind)
        return
    if not text:
        raise UsageError("comment: expected --text, or --undo.")
    decision = kind(**given.common(), text=clean_text(text, _CAP))
    given.decide(decision, "flagged" if flag else "commented")
