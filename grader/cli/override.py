"""`grader override`: a person's score in the place of what the checks gave."""

from __future__ import annotations

import click

from grader.cli.decisions import Typed, deciding
from grader.errors import UsageError
from grader.text import number


@click.command()
@deciding("EXERCISE[:CHECK]", required=True)
@click.option("--score", type=float, help="The points.")
def override(given: Typed, score: float | None) -> None:
    """Set the score of an exercise, or of one check; it is kept over regrades.

    \b
    Example:
      grader override s001 autograd --score 7 --reason "read by hand"
    """  # noqa: D301 - click wants the character itself
    from grader.decisions import Override

    if given.undo:
        given.take_back(Override)
        return
    if score is None or not given.reason:
        raise UsageError("override: expected --score and --reason, or --undo.")
    most = given.desk.most(given.subject)
    if not 0 <= score <= most:
        raise UsageError(
            f"--score {number(score, 6)}: expected 0 to {number(most, 6)} points."
        )
    decision = Override(**given.common(), check=given.subject.check, score=score)
    given.decide(decision, f"set to {number(score, 6)} of {number(most, 6)} points")
