"""`grader report`: other formats of a run that has ended, without running anything."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader.cli.common import say_written
from grader.cli.explaining import EXPLAIN, print_explained
from grader.cli.sheets import FORMAT, chosen, sheet_options


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@FORMAT
@EXPLAIN
@sheet_options
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="Where they go (default: beside results.json).",
)
def report(
    folder: Path,
    names: str,
    out: Path | None,
    explain: tuple[str, ...],
    **sheets: object,
) -> None:
    """Write reports of what was graded; DIR holds the results.json of a run.

    \b
    Example:
      grader report reports/ --format csv,markdown
    """  # noqa: D301 - click wants the character itself
    import msgspec

    from grader.programs import kept_programs
    from grader.report import filed, write_reports

    wanted, known = chosen(names, sheets)
    out = out or folder
    results = filed.read(folder)
    jobs = os.cpu_count() or 1
    with kept_programs(results, folder) as programs:
        known = msgspec.structs.replace(known, programs=programs)
        files = write_reports(results, out, wanted, known, jobs=jobs)
    print_explained(results, explain)
    say_written(files, out)
