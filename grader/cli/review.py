"""`grader review`: the instructor's page in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import COURSE, say
from grader.cli.decisions import BY, who
from grader.errors import OperatorError


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@COURSE
@BY
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where to listen (default: any port that is free).",
)
def review(folder: Path, course: Path | None, by: str | None, port: int) -> None:
    """Look at a graded class in a browser: comment, override, flag, undo.

    It listens on this machine alone and prints a link that works once. Ctrl+C ends it.

    \b
    Example:
      grader review reports/
    """  # noqa: D301 - click wants the character itself
    try:
        from grader.review import serve
    except ImportError as error:
        raise OperatorError(
            f"review: the package {error.name} is not installed. Type "
            f"`pip install 'torch-grader[review]'`."
        ) from error
    serve(folder, course or Path(), who(by), port, _opened)


def _opened(link: str) -> None:
    say("open this link in a browser on this machine; it works once:")
    click.echo(link)
