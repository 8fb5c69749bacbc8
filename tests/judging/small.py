"""Verdicts on programs for the exercise `double`, with limits that are met soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import program, verdicts

from grader.judging.session import How

if TYPE_CHECKING:
    from grader.judging.session import Judges
    from grader.model import Finding, Program, Verdict

QUICK = """\
title = "Small"
exercises = ["double"]
[limits]
seconds_per_call = 0.6
seconds_per_exercise = 10.0
memory_mb = 200
"""


def verdict(judges: Judges, work: Program) -> Verdict:
    """Return the verdict on a program, which gets no second go if it is too slow."""
    return verdicts(judges, [work], how=How(again=False))[0]


def hidden(judges: Judges, work: Program | str) -> Finding:
    """Return the finding of the hidden check on a program."""
    work = program(work) if isinstance(work, str) else work
    return verdict(judges, work).findings[1]
