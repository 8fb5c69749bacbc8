"""`grader pack`: files that a platform takes as they are."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import COURSE, count, say
from grader.errors import OperatorError

_PLATFORMS = ("gradescope", "github", "gitlab")


@click.command()
@click.argument("platform", type=click.Choice(_PLATFORMS))
@COURSE
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="An archive for gradescope (default: autograder.zip), else a folder "
    "(default: the platform's name).",
)
def pack(platform: str, course: Path | None, out: Path | None) -> None:
    """Write what a platform needs to grade this course, or to check it.

    \b
    Example:
      grader pack gradescope --out autograder.zip
    """  # noqa: D301 - click wants the character itself
    from grader.course import load_course
    from grader.files import write_atomically
    from grader.report import packs
    from grader.report.packs import gradescope, workflows

    found = load_course(course or Path())
    try:
        if platform == "gradescope":
            archive = out or Path("autograder.zip")
            write_atomically(archive, packs.zipped(gradescope.pack(found)))
            say(f"{archive} written: upload it as the assignment's autograder")
            return
        folder = out or Path(platform)
        packed = list(getattr(workflows, platform)(found))
        for one in packed:
            write_atomically(folder / one.path, one.content)
    except OSError as error:
        raise OperatorError(
            f"{error.filename or out}: this cannot be written: {error.strerror}. "
            f"Choose another place with --out."
        ) from error
    files = count(len(packed), "file")
    say(f"{files} written to {folder}: one for students, one for you")
