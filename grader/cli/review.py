"""`grader review`: the instructor's page in a browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import COURSE, SANDBOX, say
from grader.cli.decisions import BY, who
from grader.errors import OperatorError

if TYPE_CHECKING:
    from grader.moves import Moved


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@COURSE
@BY
@SANDBOX
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Where to listen (default: any port that is free).",
)
def review(
    folder: Path, course: Path | None, by: str | None, sandbox: str, port: int
) -> None:
    """Look at a graded class in a browser: comment, override, name a mistake, undo.

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
    from grader.authoring.adopting import Adopting
    from grader.judging.drawing import Drawing
    from grader.what_if import TrialWatcher, what_if

    root = course or Path()

    def foresight(watcher: TrialWatcher) -> tuple[Moved, ...]:
        jobs = os.cpu_count() or 1
        return what_if(folder, root, watcher, sandbox=sandbox, jobs=jobs)

    learner = Adopting(folder, root, sandbox)
    with Drawing(root, (folder,), sandbox=sandbox) as draw:
        serve(folder, root, who(by), port, _opened, learner, foresight, draw)


def _opened(link: str) -> None:
    say("open this link in a browser on this machine; it works once:")
    click.echo(link)
