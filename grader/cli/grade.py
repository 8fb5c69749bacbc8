"""`grader grade`: a class, from submissions to reports."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from grader.cli.common import (
    COURSE,
    INTERRUPTED,
    NOT_FINAL,
    SANDBOX,
    count,
    say,
    say_written,
)
from grader.cli.explaining import EXPLAIN, moved_lines, print_explained
from grader.cli.nodes import cluster_of, cluster_options
from grader.cli.progress import ProgressBar
from grader.cli.sheets import FORMAT, chosen, sheet_options

if TYPE_CHECKING:
    from rich.console import Console

    from grader.grading import Graded, GradeRequest
    from grader.intake import Intake
    from grader.judging.cluster import Cluster
    from grader.model import Results, Verdict, Work
    from grader.moves import Moved

_MOVED_SHOWN = 5
# These tell rich that there is a terminal; to ask rich takes a tenth of a second.
_A_TERMINAL = ("FORCE_COLOR", "TTY_COMPATIBLE")


@click.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@COURSE
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where the reports go.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=None,
    help="How many submissions at a time (default: one per core).",
)
@click.option(
    "--layout", metavar="NAME", help="How hand-ins are laid out (default: recognised)."
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="The class list, your own or a platform's.",
)
@click.option(
    "--before", metavar="DATE", help="Of git clones: the last commit before this date."
)
@click.option("--only", multiple=True, metavar="EXERCISE", help="Grade only this one.")
@click.option(
    "--shard",
    default=None,
    metavar="K/N",
    help="Grade the K-th of N shares of the class; `grader merge` joins them.",
)
@FORMAT
@EXPLAIN
@sheet_options
@cluster_options
@SANDBOX
@click.option(
    "--reasons/--no-reasons",
    default=True,
    help="Look for the reasons of what failed (default), or only judge.",
)
@click.option(
    "--fresh", is_flag=True, help="Grade again what an earlier run has graded."
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    default=None,
    metavar="PERCENT",
    help="Exit with 1 if a student has less than this share of the points.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print errors and nothing else.")
def grade(
    submissions: tuple[Path, ...],
    course: Path | None,
    out: Path,
    jobs: int | None,
    layout: str | None,
    roster: Path | None,
    before: str | None,
    only: tuple[str, ...],
    shard: str | None,
    names: str,
    explain: tuple[str, ...],
    sandbox: str,
    *,
    reasons: bool,
    fresh: bool,
    fail_under: float | None,
    quiet: bool,
    **more: object,
) -> None:
    """Grade a class: folders, archives as platforms make them, lists of repositories.

    \b
    Example:
      grader grade submissions/ --out reports/
      grader grade moodle.zip --roster students.csv
    """  # noqa: D301 - click wants the character itself
    from grader.grading import GradeRequest
    from grader.intake import share

    wanted, known = chosen(names, more)
    cluster = cluster_of(more, jobs)
    request = GradeRequest(
        submissions=submissions,
        course=course or Path(),
        out=out,
        jobs=jobs or os.cpu_count() or 1,
        only=only,
        formats=wanted,
        known=known,
        share=share(shard) if shard else None,
        sandbox=sandbox,
        fresh=fresh,
        reasons=reasons,
        layout=layout,
        roster=roster,
        before=before,
    )
    graded = _graded(request, _GradeWatcher(out, quiet=quiet), cluster)
    if not quiet:
        _print_summary(graded.results)
        _say_moved(graded.moved)
        say_written(graded.files, out)
        for note in cluster.notes if cluster is not None else ():
            say(f"note: {note}")
    print_explained(graded.results, explain)
    sys.exit(_exit_code(graded.results, fail_under))


def _graded(
    request: GradeRequest, watcher: _GradeWatcher, cluster: Cluster | None
) -> Graded:
    """Return what was graded, with the progress shown; an interruption ends here."""
    from grader.grading import grade as run

    try:
        if cluster is not None:
            return run(request, watcher, open_judges=cluster.open)
        return run(request, watcher)
    except KeyboardInterrupt:
        watcher.progress.close()
        _interrupted(watcher)
    finally:
        watcher.progress.close()


def _exit_code(results: Results, fail_under: float | None) -> int:
    """Return 2 where a score is not final, else 1 where one is below what was asked."""
    from grader.report.counts import percent

    shares = []
    for submission in results.submissions:
        if not submission.complete:
            return NOT_FINAL
        share = percent(submission)
        shares += [] if share is None else [share]
    return int(fail_under is not None and min(shares, default=100.0) < fail_under)


def _say_moved(moved: tuple[Moved, ...]) -> None:
    """Tell whose grade is not what the last run said, and why."""
    if not moved:
        return
    say(f"{count(len(moved), 'grade')} moved since the last run")
    for one in moved[:_MOVED_SHOWN]:
        for line in moved_lines(one, 1):
            say(line)
    if len(moved) > _MOVED_SHOWN:
        say(f"  and {len(moved) - _MOVED_SHOWN} more")


class _GradeWatcher:
    """Tells what was found, and shows the progress."""

    def __init__(self, out: Path, *, quiet: bool) -> None:
        self.out = out
        self.quiet = quiet
        self.progress = ProgressBar("grading", "graded", quiet=quiet)

    def found(self, intake: Intake, recalled: int, to_judge: int) -> None:
        """Say what was found, and show that nothing of it is judged yet."""
        if not self.quiet:
            self._say_found(intake, recalled, to_judge)
        self.progress.start(to_judge)

    def _say_found(self, intake: Intake, recalled: int, to_judge: int) -> None:
        files: Counter[str] = Counter()
        for work in intake.work:
            files[work.student] += work.file is not None
        found = count(files.total(), "file")
        say(f"found {found} of {count(len(files), 'student')}")
        say(f"layout: {intake.layout}")
        if intake.absent:
            say(f"{count(len(intake.absent), 'student')} handed in nothing")
        for note in intake.notes:
            say(f"note: {note}")
        if recalled:
            say(f"{recalled} of {count(recalled + to_judge, 'verdict')} as they stand")

    def judged(self, work: Work, verdict: Verdict) -> None:
        """Tell the instructor what is wrong with a check or a solution; go on."""
        from grader.text import clean_line

        for fault in verdict.faults:
            said = clean_line(fault, 400)
            say(f"author: {work.exercise}, {work.student}: {said}")
        self.progress.advance()


def _interrupted(watcher: _GradeWatcher) -> NoReturn:
    progress = watcher.progress
    say(
        f"interrupted: {progress.done} of {progress.total} files were graded and are "
        f"kept in {watcher.out}{os.sep}; the same command goes on from there"
    )
    sys.exit(INTERRUPTED)


def _terminal() -> Console | None:
    """Return the terminal that stdout is, or is told to be; None if it is none."""
    told = any(name in os.environ for name in _A_TERMINAL)
    if not (told or sys.stdout.isatty()):
        return None
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else None


def _print_summary(results: Results) -> None:
    from grader.report import console as summary
    from grader.report.hand_ins import hand_in_lines
    from grader.report.lacks import lack_lines

    console = _terminal()
    if console is not None:
        console.print(summary.render(results, console.width))
    else:
        click.echo(summary.plain(results), nl=False)
    for line in (*hand_in_lines(results), *lack_lines(results)):
        say(line)
