"""`grader import`: an exercise made of what was written for another tool."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import COURSE, say


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--exercise", metavar="ID", help="Its id (default: the file's name).")
@click.option(
    "--solution",
    type=click.Path(path_type=Path),
    help="The solution that a file of unittest classes is for.",
)
@COURSE
def import_(
    source: Path, exercise: str | None, solution: Path | None, course: Path | None
) -> None:
    """Make an exercise of a notebook or a file of tests of another tool.

    SOURCE is a source notebook of nbgrader, a master notebook of otter-assign, or a
    file of unittest classes, as Gradescope's autograders have them. What could not be
    carried over is listed at the end.

    \b
    Example:
      grader import homework1.ipynb --exercise homework1
    """  # noqa: D301 - click wants the character itself
    from grader.authoring.importing import imported, modules_in
    from grader.authoring.starting import add_exercise
    from grader.text import clean_line, number

    root = course or Path()
    found = imported(source, solution)
    named = exercise or (solution or source).stem
    preload = [m for m in modules_in(found.files["solution.py"]) if m in _PRELOADED]
    files = add_exercise(root, named, found.files, found.points, preload)
    for path in files:
        click.echo(f"wrote {path}")
    click.echo(f"{named}: {number(found.points)} points, from {found.tool}")
    if found.lost:
        click.echo("not carried over:")
    for line in found.lost:
        click.echo(f"  - {clean_line(line, 400)}")
    say(f"next: grader prove {named}")


# What takes long to import, and is worth importing once for all.
_PRELOADED = ("torch", "numpy", "pandas", "scipy", "sklearn", "matplotlib")
