"""Where a program was when it was stopped: what its process says, taken with care.

A process that computes in C, or catches what is raised into it, cannot answer. Then the
last that it wrote into its output is where it was.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from grader.judging.answers import Raised
from grader.judging.requests import Statement

if TYPE_CHECKING:
    from grader.model import Program

COMPUTING: Final = "StillComputing"
WAITING: Final = "StillWaiting"
ENDED: Final = "ProcessEnded"
"""The types of failures that are no exception of Python's."""

_FRAME: Final = re.compile(
    r'^  File "(.{1,500}?)", line (\d{1,7}) in <module>$', re.MULTILINE
)
_STACK: Final = "(most recent call first):"


def was_stopped(raised: Raised) -> bool:
    """Return whether a failure is that the program took too long."""
    return raised.type_name in {COMPUTING, WAITING}


def running_in(output: str, program: Program) -> Statement | None:
    """Return the statement that ran when a process wrote its last stack, if it did."""
    stack = output.rpartition(_STACK)[2] if _STACK in output else ""
    labels = {_as_written(block.label): block.label for block in program.blocks}
    places = [(label, int(line)) for label, line in _FRAME.findall(stack)]
    own = [(labels[label], line) for label, line in places if label in labels]
    return Statement(*own[-1]) if own else None


def failure_at(statement: Statement, program: Program, said: str | None) -> Raised:
    """Return the failure of a statement with which the process ended.

    Args:
        statement: where it was.
        program: whose statement it is.
        said: how the process ended, if it was not for taking too long.
    """
    source = next(b.source for b in program.blocks if b.label == statement.label)
    lines = source.splitlines()
    inside = 1 <= statement.line <= len(lines)
    return Raised(
        type_name=ENDED if said else COMPUTING,
        message=said or "",
        label=statement.label,
        line=statement.line if inside else 1,
        text=lines[statement.line - 1].strip() if inside else "",
    )


def _as_written(label: str) -> str:
    """Return a label as a stack has it: without what is not ASCII."""
    return label.encode("ascii", "backslashreplace").decode()
