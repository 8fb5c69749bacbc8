"""`grader replay`: one submission again, with the same draws, for the instructor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import COURSE, SANDBOX, say

if TYPE_CHECKING:
    from grader.model import Finding
    from grader.replaying import Replayed
    from grader.traces import Trace

_CAP = 400


@click.command()
@click.argument("student")
@click.argument("exercise")
@click.option(
    "--submissions",
    required=True,
    type=click.Path(path_type=Path),
    help="The folder or archive that was graded.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="The class list that it was graded with.",
)
@COURSE
@SANDBOX
def replay(
    student: str,
    exercise: str,
    submissions: Path,
    roster: Path | None,
    course: Path | None,
    sandbox: str,
) -> None:
    """Run one submission again and show all that its checks saw.

    It shows hidden inputs and expected numbers: for your eyes, not for students'.

    \b
    Example:
      grader replay s001 autograd --submissions submissions/
    """  # noqa: D301 - click wants the character itself
    from grader.replaying import replay as run_again

    root = course or Path()
    replayed = run_again(student, exercise, submissions, root, sandbox, roster)
    _print(replayed)


def _print(replayed: Replayed) -> None:
    work, verdict = replayed.work, replayed.verdict
    _line(0, f"{work.student}, {work.exercise}: {work.file} ({work.sha256})")
    for note in (*work.notes, *verdict.notes):
        _line(1, f"note: {note}")
    if verdict.error:
        _line(1, f"error: {verdict.error}")
    traces = {trace.check: trace for trace in replayed.traces}
    for finding in verdict.findings:
        _print_finding(finding)
        if finding.name in traces:
            _print_trace(traces[finding.name])
    for fault in verdict.faults:
        _line(0, f"author: {fault}")
    say(f"sandbox: {verdict.facts.wall}")


def _print_finding(finding: Finding) -> None:
    _line(0, "")
    _line(0, f"{finding.outcome}: {finding.name}")
    for text in (finding.message, finding.question):
        if text:
            _line(1, text)
    if finding.mistake:
        _line(1, f"mistake: {finding.mistake}")


def _print_trace(trace: Trace) -> None:
    for what, value in trace.draws:
        _line(1, f"drew {what}: {value}")
    for call in trace.calls:
        _line(1, f"called {call.call}")
        _line(2, f"returned {call.returned}")
        if call.printed:
            _line(2, f"printed {call.printed}")
    for compared in trace.comparisons:
        _line(1, f"got {compared.got}")
        _line(1, f"expected {compared.expected}")
        _line(2, compared.verdict or "equal")
    _line(1, f"took {trace.seconds:.3f} s")


def _line(level: int, text: str) -> None:
    from grader.text import clean_line

    click.echo(f"{'  ' * level}{clean_line(text, _CAP)}")
