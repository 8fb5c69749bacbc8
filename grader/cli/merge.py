"""`grader merge`: shares of a class, graded apart, become one run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from grader.cli.common import NOT_FINAL, count, say, say_written
from grader.cli.sheets import FORMAT, chosen, sheet_options


@click.command()
@click.argument(
    "folders", nargs=-1, required=True, metavar="DIR…", type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="Where the reports of the whole class go.",
)
@FORMAT
@sheet_options
def merge(folders: tuple[Path, ...], out: Path, names: str, **sheets: object) -> None:
    """Write one run's reports from the shares that `grade --shard` graded.

    \b
    Example:
      grader merge share-1 share-2 --out reports
    """  # noqa: D301 - click wants the character itself
    from grader import merging

    wanted, known = chosen(names, sheets)
    results, files = merging.merge(
        folders, out, wanted, known, jobs=os.cpu_count() or 1
    )
    students = count(len(results.submissions), "student")
    say(f"{students} of {count(len(folders), 'share')}")
    say_written(files, out)
    if not all(submission.complete for submission in results.submissions):
        sys.exit(NOT_FINAL)
