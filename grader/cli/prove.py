"""`grader prove`: shows that the checks accept right work and reject wrong work."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import COURSE, SANDBOX, count, say
from grader.cli.progress import ProgressBar
from grader.cli.watching import again_and_again

if TYPE_CHECKING:
    from rich.table import Table

    from grader.authoring.proving import Proof
    from grader.authoring.proving.proof import ExerciseProof
    from grader.course import Course
    from grader.sandbox.host.gate import Gate

_HEADS = (
    "exercise",
    "right pass",
    "wrong caught",
    "mutants caught",
    "farthest right",
    "nearest wrong",
    "promises",
)
_RIGHT = ("solution", "alternative", "wrapper")
_QUESTIONS_CAP = 10


@click.command()
@click.argument("exercises", nargs=-1, metavar="[EXERCISE]...")
@COURSE
@click.option(
    "--draws",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="How many draws each mistake and alternative meets.",
)
@click.option("--check", metavar="NAME", help="Look at this check alone: in seconds.")
@click.option("--watch", is_flag=True, help="Prove again whenever a file changes.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write all found here."
)
@SANDBOX
def prove(
    exercises: tuple[str, ...],
    course: Path | None,
    draws: int,
    check: str | None,
    json_file: Path | None,
    sandbox: str,
    *,
    watch: bool,
) -> None:
    """Show that the checks are right: every right variant passes, no wrong one does.

    Exits with 1 when a promise does not hold, with 2 when a list of variants is wrong.

    \b
    Example:
      grader prove autograd --check test_train_leaves_its_data_alone --watch
    """  # noqa: D301 - click wants the character itself
    from grader.course import load_course
    from grader.sandbox.host.gate import Gate

    root = course or Path()
    loaded = load_course(root).only(exercises)
    with ExitStack() as stack:
        gate: Gate | None = None
        if watch:
            gate = stack.enter_context(Gate(sandbox, loaded.preload, many=True))

        def run() -> Proof:
            again = load_course(root).only(exercises)
            return _prove(again, draws, check, json_file, sandbox, gate)

        if watch:
            again_and_again(run, [loaded.table.parent], _is_source, recursive=True)
        sys.exit(0 if run().holds else 1)


def _is_source(path: Path) -> bool:
    """Return whether a proof depends on a file: not on caches and records of ours."""
    return path.suffix in (".py", ".ipynb", ".toml") and "__pycache__" not in path.parts


def _prove(
    course: Course,
    draws: int,
    check: str | None,
    json_file: Path | None,
    sandbox: str,
    gate: Gate | None,
) -> Proof:
    """Prove a course, and print what was found."""
    from grader.authoring import glance, proving

    glance(course)
    watcher = ProveWatcher()
    jobs = os.cpu_count() or 1
    try:
        proof = proving.prove(
            course, draws, jobs, sandbox, watcher, check=check, gate=gate
        )
    finally:
        watcher.progress.close()
    if json_file is not None:
        proving.write_json(proof, json_file)
    _print(proof, check)
    return proof


class ProveWatcher:
    """Tells how many programs will be judged, and shows the progress."""

    def __init__(self) -> None:
        self.progress = ProgressBar("proving", "judged")

    def planned(self, trials: int) -> None:
        """Say how many programs it will be."""
        say(f"judging {count(trials, 'program')}")
        self.progress.start(trials)

    def tried(self) -> None:
        """Go on."""
        self.progress.advance()


def _print(proof: Proof, check: str | None) -> None:
    """Print the table, what does not hold and what to do, and the questions."""
    from rich.console import Console

    console = Console(highlight=False)
    if check is not None:
        for exercise in proof.exercises:
            _print_one(exercise, check)
    elif console.is_terminal:
        console.print(_table(proof))
    else:
        for exercise in proof.exercises:
            _print_plain(exercise)
    for exercise in proof.exercises:
        _print_broken(exercise)
    for exercise in proof.exercises:
        _print_questions(exercise)
    say(f"{count(proof.trials, 'program')} in {proof.seconds:g} s")
    say(f"sandbox: {proof.sandbox}")
    broken = sum(len(exercise.broken) for exercise in proof.exercises)
    click.echo(f"{count(broken, 'promise')} broken" if broken else "all promises hold")


def _table(proof: Proof) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=proof.course, title_justify="left", box=SIMPLE, padding=0)
    table.add_column(_HEADS[0], no_wrap=True)
    for head in _HEADS[1:]:
        table.add_column(head, justify="right")
    for exercise in proof.exercises:
        table.add_row(*(cell.replace(" of ", "/") for cell in _row(exercise)))
    return table


def _print_plain(exercise: ExerciseProof) -> None:
    cells = zip(_HEADS[1:], _row(exercise)[1:], strict=True)
    facts = ", ".join(f"{head} {cell}" for head, cell in cells)
    click.echo(f"{exercise.exercise}: {facts}")


def _print_one(exercise: ExerciseProof, check: str) -> None:
    """Print what one check does by itself: it need not see each mistake."""
    fails = _fraction(exercise, ("mistake",))
    click.echo(
        f"{check}: {_fraction(exercise, _RIGHT)} right programs pass, fails {fails} "
        f"mistakes, farthest right {_distance(exercise.farthest_right)}, nearest wrong "
        f"{_distance(exercise.nearest_wrong)}"
    )


def _row(exercise: ExerciseProof) -> list[str]:
    """Return an exercise's cells, in the order of the heads."""
    broken = len(exercise.broken)
    return [
        exercise.exercise,
        _fraction(exercise, _RIGHT),
        _fraction(exercise, ("mistake",)),
        _fraction(exercise, ("mutant",)),
        _distance(exercise.farthest_right),
        _distance(exercise.nearest_wrong),
        f"{broken} broken" if broken else "hold",
    ]


def _fraction(exercise: ExerciseProof, kinds: tuple[str, ...]) -> str:
    chosen = [counts for counts in exercise.counts if counts.kind in kinds]
    return f"{sum(c.good for c in chosen)} of {sum(c.total for c in chosen)}"


def _distance(value: float | None) -> str:
    return "none" if value is None else f"{value:.0e}"


def _print_broken(exercise: ExerciseProof) -> None:
    from grader.text import clean_line

    promise = None
    for broken in exercise.broken:
        if broken.promise is not promise:
            promise = broken.promise
            click.echo(f"{exercise.exercise}: broken: {promise}")
        click.echo(f"  {clean_line(broken.message, 1000)}")


def _print_questions(exercise: ExerciseProof) -> None:
    from grader.text import clean_line

    for question in exercise.questions[:_QUESTIONS_CAP]:
        click.echo(f"{exercise.exercise}: question: {clean_line(question, 400)}")
    left = len(exercise.questions) - _QUESTIONS_CAP
    if left > 0:
        click.echo(f"{exercise.exercise}: {count(left, 'more question')} (see --json)")
