"""Where in a student's file a function or class stands."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from grader.model import ProgramKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model import Program

# One pass over the text, whatever is in it: a student's file is not parsed here.
_DEFINED = re.compile(
    r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w{1,100})", re.MULTILINE
)


class Spot(msgspec.Struct, frozen=True):
    """A line of a student's file.

    Attributes:
        block: the block's label: the file's name or "cell 3".
        line: the line in this block, from 1.
    """

    block: str
    line: int


def spots(program: Program) -> dict[str, Spot]:
    """Return where each function and class is defined; the last definition counts."""
    found: dict[str, Spot] = {}
    for block in program.blocks:
        source = block.source
        line, end = 1, 0
        for match in _DEFINED.finditer(source):
            line += source.count("\n", end, match.start(1))
            end = match.start(1)
            found[match.group(1)] = Spot(block.label, line)
    return found


def place_of(
    program: Program | None, names: Iterable[str], file: str
) -> tuple[str, int]:
    """Return the file and line, from 1, where the first of some names is defined.

    The line is 1 if nothing is known, or if the file is a notebook, whose lines are
    JSON.

    Args:
        program: what was graded, if it is known.
        names: of functions and classes.
        file: where the program lies, or the first of its files.
    """
    if program is None or program.kind is ProgramKind.NOTEBOOK:
        return file, 1
    known = spots(program)
    spot = next((known[name] for name in names if name in known), None)
    if spot is None:
        return file, 1
    if program.kind is ProgramKind.FILES:
        return str(PurePosixPath(file).with_name(spot.block)), spot.line
    return file, spot.line
