"""argv in, exit code out; the only room that prints.

Results go to files or stdout, chatter and progress to stderr. Heavy rooms are imported
by the command that needs them, so that `--help` is immediate.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from grader import __version__
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from grader.grading import Checked
    from grader.intake import Intake
    from grader.model import CheckResult, ExerciseResult, Work

# What shells report for a command that was interrupted.
_INTERRUPTED = 130
_COURSE = click.option(
    "--course",
    type=click.Path(path_type=Path),
    help="The course's folder (default: this one).",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade PyTorch exercises: hidden checks, a reference, and reasons."""


@cli.command()
@click.argument("submissions", nargs=-1, required=True, type=click.Path(path_type=Path))
@_COURSE
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
@click.option("--only", multiple=True, metavar="EXERCISE", help="Grade only this one.")
@click.option(
    "--format",
    "formats",
    default="json,csv,markdown",
    show_default=True,
    help="Which reports to write.",
)
@click.option(
    "--sandbox",
    default="auto",
    show_default=True,
    metavar="TIER",
    help="auto, landlock, uid, bwrap, or none (unsafe).",
)
@click.option(
    "--fresh", is_flag=True, help="Grade again what an earlier run has graded."
)
def grade(
    submissions: tuple[Path, ...],
    course: Path | None,
    out: Path,
    jobs: int | None,
    only: tuple[str, ...],
    formats: str,
    sandbox: str,
    *,
    fresh: bool,
) -> None:
    r"""Grade a class: one folder per student, files named as the exercises.

    \b
    Example:
      grader grade submissions/ --out reports/
    """
    from grader import grading
    from grader.report import parse_formats

    request = grading.Request(
        submissions=submissions,
        course=course or Path(),
        out=out,
        jobs=jobs or os.cpu_count() or 1,
        only=only,
        formats=parse_formats(formats),
        sandbox=sandbox,
        fresh=fresh,
    )
    watcher = _Watcher(out)
    try:
        graded = grading.grade(request, watcher)
    except KeyboardInterrupt:
        watcher.close()
        _interrupted(watcher)
    finally:
        watcher.close()
    _print_summary(graded.results)
    _say(f"{len(graded.files)} files written to {out}{os.sep}")


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_COURSE
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
def check(files: tuple[Path, ...], course: Path | None, *, watch: bool) -> None:
    r"""Check your own work with the visible checks.

    \b
    Example:
      grader check autograd.ipynb
    """
    if watch:
        _watch(files, lambda: _check_once(files, course))
    if not _check_once(files, course):
        sys.exit(1)


@cli.command()
@_COURSE
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing; fail when exercises/ is out of date.",
)
def release(course: Path | None, *, only_check: bool) -> None:
    r"""Make exercises/ from solutions/.

    \b
    Example:
      grader release --check
    """
    from grader import authoring
    from grader.course import load_course

    loaded = load_course(course or Path())
    if only_check:
        stale = authoring.stale(loaded)
        for line in stale:
            click.echo(line)
        sys.exit(1 if stale else 0)
    for path in authoring.release(loaded):
        click.echo(f"wrote {path}")
    _say("exercises/ is up to date")


def main() -> NoReturn:
    """Run the command; turn every error into one plain message and an exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        cli.main(standalone_mode=False)
    except GraderError as error:
        _say(f"grader: {error}")
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        _say("grader: interrupted")
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has stopped: not worth a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        _say(
            f"grader: this is our fault, not yours: {type(error).__name__}: {error}. "
            f"Set GRADER_DEBUG=1 to see where, and please report it."
        )
        if os.environ.get("GRADER_DEBUG"):
            raise
        sys.exit(3)
    sys.exit(0)


def _as_interrupt(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    """Print chatter: to stderr, where nobody parses it."""
    click.echo(text, err=True)


def _stderr_console() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)


class _Watcher:
    """Shows a run: a bar with the time left on a terminal, else a line now and then."""

    def __init__(self, out: Path) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self.out = out
        self.done = 0
        self.total = 0
        self._console = _stderr_console()
        self._bar = Progress(
            TextColumn("grading"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("grading", total=None)

    def found(self, intake: Intake, remembered: int, to_judge: int) -> None:
        """Say what was found, and start the bar."""
        self.total = to_judge
        students = len({work.student for work in intake.work})
        files = sum(work.file is not None for work in intake.work)
        _say(f"found {_count(files, 'file')} of {_count(students, 'student')}")
        _say(f"layout: {intake.layout}")
        for note in intake.notes:
            _say(f"note: {note}")
        if remembered:
            _say(f"{_count(remembered, 'file')} graded by an earlier run, as it stands")
        self._bar.start()
        self._bar.update(self._task, total=to_judge)

    def graded(self, result: ExerciseResult, work: Work) -> None:
        """Move the bar; without a terminal, say a line at each tenth."""
        del result, work
        self.done += 1
        self._bar.update(self._task, completed=self.done)
        tenths = self.done * 10 // self.total
        before = (self.done - 1) * 10 // self.total
        if not self._console.is_terminal and tenths > before:
            _say(f"graded {self.done} of {self.total}")

    def fault(self, work: Work, text: str) -> None:
        """Tell the instructor what is wrong with a check or a solution."""
        from grader.text import clean_line

        _say(f"author: {work.exercise}, {work.student}: {clean_line(text, 400)}")

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


def _interrupted(watcher: _Watcher) -> NoReturn:
    _say(
        f"interrupted: {watcher.done} of {watcher.total} files were graded and are "
        f"kept in {watcher.out}{os.sep}; the same command goes on from there"
    )
    sys.exit(_INTERRUPTED)


def _print_summary(results: object) -> None:
    from rich.console import Console

    from grader.model import Results
    from grader.report import console as summary

    if not isinstance(results, Results):
        raise TypeError("results expected")
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(summary.render(results, console.width))
    else:
        click.echo(summary.plain(results), nl=False)
    _say(f"sandbox: {results.sandbox}")


def _check_once(files: tuple[Path, ...], course: Path | None) -> bool:
    """Check the files and say how it went; return whether all is well."""
    from grader.grading import check_files

    checked = check_files(files, course)
    for one in checked:
        _print_checked(one)
    return all(_all_passed(one) for one in checked)


def _all_passed(checked: Checked) -> bool:
    return all(check.outcome == "passed" for check in checked.result.checks)


def _print_checked(checked: Checked) -> None:
    """Say what the checks found, what failed first."""
    from grader.report.words import OUTCOME_WORDS
    from grader.text import clean_line

    result = checked.result
    good = [check for check in result.checks if check.outcome == "passed"]
    bad = [check for check in result.checks if check.outcome != "passed"]
    click.echo(f"{checked.path}: {len(good)} of {len(result.checks)} checks passed")
    for check in [*bad, *good]:
        click.echo(f"  {OUTCOME_WORDS[check.outcome]}: {check.title}")
        for line in _advice(check):
            click.echo(f"      {clean_line(line, 400)}")
    for note in result.notes:
        click.echo(f"  note: {clean_line(note, 400)}")
    for fault in checked.faults:
        click.echo(f"  author: {clean_line(fault, 400)}")


def _advice(check: CheckResult) -> list[str]:
    return [line for line in (check.message, check.question) if line]


def _watch(files: tuple[Path, ...], run: Callable[[], bool]) -> NoReturn:
    from watchfiles import watch

    names = {path.resolve() for path in files}
    _say("watching; stop with Ctrl-C")
    _run_watched(run)
    for changes in watch(*{path.parent for path in names}, recursive=False):
        if names & {Path(name).resolve() for _, name in changes}:
            _run_watched(run)
    sys.exit(0)


def _run_watched(run: Callable[[], bool]) -> None:
    try:
        run()
    except GraderError as error:
        _say(f"grader: {error}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
