"""Where in a program something happened, as the program's own text has it."""

from __future__ import annotations

import ast
import linecache
from typing import TYPE_CHECKING, NamedTuple

from grader.sandbox.worker.looking import in_line

if TYPE_CHECKING:
    import types
    from collections.abc import Iterable, Iterator

_FRAMES_CAP = 2000
_Loop = ast.While | ast.For | ast.AsyncFor
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_statements: dict[str, list[ast.stmt]] = {}
"""The statements of each block, as far as they could be read."""


class Place(NamedTuple):
    """A line of a block; no block's where the label is empty."""

    label: str = ""
    line: int = 0

    @property
    def text(self) -> str:
        """What stands there."""
        return linecache.getline(self.label, self.line) if self.label else ""


def remember(label: str, source: str, statements: Iterable[ast.stmt]) -> None:
    """Let tracebacks, `inspect.getsource` and this module know a block."""
    linecache.cache[label] = (len(source), None, source.splitlines(True), label)
    _statements[label] = list(statements)


def all_nodes() -> Iterator[ast.AST]:
    """Yield what the program is made of, all its blocks together."""
    for statements in _statements.values():
        for each in statements:
            yield from ast.walk(each)


def is_own(filename: str) -> bool:
    """Return whether code of this file is the program's own."""
    entry = linecache.cache.get(filename)
    # Only a student's source was put there without a time of change.
    return entry is not None and len(entry) > 1 and entry[1] is None


def own_frames(trace: types.TracebackType | None) -> list[Place]:
    """Return where a traceback goes through the program, the innermost place last."""
    places: list[Place] = []
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if is_own(name):
            places.append(Place(name, trace.tb_lineno))
        trace = trace.tb_next
    return places[-_FRAMES_CAP:]


def calling(frame: types.FrameType | None) -> Place:
    """Return the innermost place of the program from a frame on outwards."""
    while frame is not None:
        if is_own(frame.f_code.co_filename):
            return Place(frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return Place()


def loop_of(places: list[Place]) -> Place:
    """Return the loop that most likely has no end, of those that were running.

    That is `while True`; else the innermost `while`, or the outermost `for`, of the
    innermost function that has a loop; else the innermost place itself.
    """
    running = [(place, _loops(place)) for place in places]
    for place, loops in reversed(running):
        for loop in reversed(loops):
            if isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant):
                return Place(place.label, loop.lineno)
    for place, loops in reversed(running):
        if loops:
            endless = [loop for loop in loops if isinstance(loop, ast.While)]
            return Place(place.label, (endless[-1] if endless else loops[0]).lineno)
    return places[-1] if places else Place()


def _loops(place: Place) -> list[_Loop]:
    """Return the loops around a place within its function, the innermost last."""
    loops: list[_Loop] = []
    for node in around(place):
        if isinstance(node, _Function):
            loops.clear()
        elif isinstance(node, _Loop):
            loops.append(node)
    return loops


def around(place: Place) -> Iterator[ast.AST]:
    """Yield the nodes that a place lies in, from the outside in."""
    return in_line(_statements.get(place.label, ()), place.line)
