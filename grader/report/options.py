"""What a format may know beside the results: tables to fill, and programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from grader.model import Program

# The program that was graded, by student and exercise; None where nobody has it.
Programs = Callable[[str, str], Program | None]


def no_program(student: str, exercise: str) -> None:
    """Return None: the programs of this run are not known."""


class Sheet(msgspec.Struct, frozen=True):
    """A table that the instructor exported from a platform, to be filled in.

    Attributes:
        name: the file's name, for messages.
        content: the file's bytes.
        column: the heading of the column to fill; empty if the format shall find it.
    """

    name: str
    content: bytes
    column: str = ""


class Options(msgspec.Struct, frozen=True):
    """What a format may know beside the results.

    Attributes:
        sheets: each by the format that fills it in: canvas, moodle, blackboard.
        programs: the programs that were graded.
    """

    sheets: Mapping[str, Sheet] = {}
    programs: Programs = no_program


NONE = Options()
