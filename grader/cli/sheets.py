"""The options for formats, and for tables of a platform that are to be filled in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from grader.errors import UsageError
from grader.report.formats import DEFAULT, FILLED, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.report.options import Options

FORMAT = click.option(
    "--format",
    "names",
    default=",".join(DEFAULT),
    show_default=True,
    help="Which reports to write.",
)

_Command = TypeVar("_Command", bound="Callable[..., object]")


def sheet_options(command: _Command) -> _Command:
    """Return the command with `--NAME-csv` and `--NAME-column` for each platform."""
    for name in reversed(FILLED):
        title = name.capitalize()
        command = click.option(
            f"--{name}-column",
            metavar="HEADING",
            default="",
            help=f"The column of it to fill in, where {title} has several.",
        )(command)
        command = click.option(
            f"--{name}-csv",
            type=click.Path(path_type=Path),
            default=None,
            help=f"A table exported from {title}: a copy of it is filled in.",
        )(command)
    return command


def chosen(names: str, told: dict[str, object]) -> tuple[tuple[str, ...], Options]:
    """Return the formats to write, and what they may know.

    A table brings its format with it.

    Args:
        names: the list of `--format`.
        told: the values of the options of `sheet_options`.

    Raises:
        UsageError: a format is unknown, a table is missing or cannot be read.
    """
    from grader.report.options import Options, Sheet
    from grader.report.sheets import asked_for

    sheets = {}
    for name in FILLED:
        path = told[f"{name}_csv"]
        if isinstance(path, Path):
            sheets[name] = Sheet(path.name, _read(path), str(told[f"{name}_column"]))
    known = Options(sheets=sheets)
    formats = tuple(dict.fromkeys((*named(names), *sheets)))
    # Told now, and not when the class is graded.
    for name in formats:
        if name in FILLED:
            asked_for(known, name)
    return formats, known


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: expected a table that can be read, got an error: "
            f"{error.strerror}. Name the file that you exported."
        ) from error
