"""Runs a student's program in the worker, statement by statement.

What raises, or takes too long, or cannot be read, is noted, and the next statement
still runs: in a script, in a cell, and in the text of a magic.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import contextlib
import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, Final

from grader.sandbox.worker import lacks
from grader.sandbox.worker.absent import NotHereError, starred
from grader.sandbox.worker.album import album
from grader.sandbox.worker.clock import Interrupted
from grader.sandbox.worker.holes import is_hole
from grader.sandbox.worker.magics import SHELL
from grader.sandbox.worker.openers import why_refused
from grader.sandbox.worker.places import (
    Place,
    calling,
    first_line,
    is_own,
    loop_of,
    own_frames,
    remember,
)
from grader.sandbox.worker.shell import Shell, display
from grader.sandbox.worker.statements import Piece, split

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractContextManager

    from grader.sandbox.wire import WireError

SOURCE_LINE_CAP: Final = 200
MESSAGE_CAP: Final = 500
_MAIN: Final = "__main__"
KINDS_CAP: Final = 12
"""How many classes of an exception are told, its own first."""

modules: Final[dict[str, types.ModuleType]] = {}
"""The files of the latest program that has several, by the names of the modules."""

_FUTURE_FLAGS: int = 0
for _name in __future__.all_feature_names:
    _FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag
_AWAITS: Final = (ast.Await, ast.AsyncFor, ast.AsyncWith)
_SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def new_module(filename: str) -> types.ModuleType:
    """Return an empty `__main__`, and let it be what this process runs."""
    module = sys.modules[_MAIN] = empty_module(filename, _MAIN)
    # A notebook asks for its own checks; here it is being checked.
    vars(sys.modules["grader"])["check"] = _unanswered
    sys.argv = [filename]
    return module


def empty_module(filename: str, name: str) -> types.ModuleType:
    """Return an empty module, with what a notebook offers without an import."""
    module = types.ModuleType(name)
    module.__dict__["__builtins__"] = builtins
    module.__dict__["__file__"] = filename
    module.__dict__["display"] = display
    return module


def _unanswered(*_what: object, **_how: object) -> None:
    """Do nothing, in place of `grader.check`."""


class Runner:
    """Runs blocks among the names of one module.

    `failures` are what went wrong, `interrupted` the places of the statements that took
    too long.

    Args:
        module: where the names live.
        cells: whether the blocks are a notebook's cells.
        before: called before each statement.
        after: called after each statement, with it and its block's label.
        budget: a context that bounds the time of each statement.
        skipped: places whose statements are left out: they ended the process before.
    """

    def __init__(
        self,
        module: types.ModuleType,
        *,
        cells: bool,
        before: Callable[[], None] = lambda: None,
        after: Callable[[ast.stmt, str], None] = lambda _node, _label: None,
        budget: AbstractContextManager[None] | None = None,
        skipped: Collection[tuple[str, int]] = (),
    ) -> None:
        self._names = module.__dict__
        self._main = module.__name__ == _MAIN
        self._cells = cells
        self._before = before
        self._after = after
        self._budget = budget or contextlib.nullcontext()
        self._skipped = {Place(*place) for place in skipped}
        self._flags = 0
        self._loop: asyncio.Runner | None = None
        self.failures: list[dict[str, object]] = []
        self.interrupted: list[Place] = []
        left_out = functools.partial(lacks.met, "shell")
        self.shell = Shell(self.run_text, self._names, left_out)
        self._names[SHELL] = self.shell
        self._names["get_ipython"] = lambda: self.shell

    def run(self, blocks: Sequence[tuple[str, str]]) -> None:
        """Run blocks, each a label and its source, in order."""
        for label, source in blocks:
            pieces = split(source, label, cell=self._cells, main=self._main)
            remember(label, source, (p.node for p in pieces if p.node is not None))
            self._run_all(pieces, label)
            if self._cells and album.is_open:
                self._end_cell()
        if self._loop is not None:
            with contextlib.suppress(BaseException), self._budget:
                self._loop.close()

    def _end_cell(self) -> None:
        """Let a cell's plots be its own."""
        with contextlib.suppress(BaseException), self._budget:
            album.turn()

    def run_text(self, text: str) -> None:
        """Run a text that the program gives to a magic, as if it stood there."""
        place = calling(sys._getframe(1))  # noqa: SLF001 - nothing else tells
        pieces = split(text, place.label, cell=True)
        for piece in pieces:
            for node in ast.walk(piece.node) if piece.node else ():
                if isinstance(node, ast.stmt | ast.expr | ast.excepthandler):
                    node.lineno = node.end_lineno = place.line
        pieces = [piece._replace(line=place.line) for piece in pieces]
        self._run_all(pieces, place.label)

    def _run_all(self, pieces: list[Piece], label: str) -> None:
        awaits = any(piece.node is not None and _awaits(piece.node) for piece in pieces)
        for piece in pieces:
            if piece.node is None:
                self._unread(piece, label)
            elif not self._skips(piece.node, label):
                self._before()
                self._run_one(piece.node, label, awaits=awaits)
                self._after(piece.node, label)

    def _unread(self, piece: Piece, label: str) -> None:
        """Note a piece that is not Python; a syntax error knows its line better."""
        if piece.error is not None:
            self._note(piece.error, Place(label, piece.line))

    def _note(self, error: BaseException, place: Place) -> None:
        """Note an error where it says it is, or else at a statement's place."""
        told = failure(error)
        self.failures.append(told if told["label"] else {**told, **_shown(place)})

    def _skips(self, node: ast.stmt, label: str) -> bool:
        lines = range(first_line(node), (node.end_lineno or node.lineno) + 1)
        return any(p.label == label and p.line in lines for p in self._skipped)

    def _run_one(self, node: ast.stmt, label: str, *, awaits: bool) -> None:
        """Run one statement; note what it raises."""
        flags = self._flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        piece = ast.Module(body=[node], type_ignores=[])
        try:
            code = compile(piece, label, "exec", flags, dont_inherit=True)
            with self._budget:
                self._evaluate(code, awaits=awaits)
        except BaseException as error:
            place = Place(label, first_line(node))
            self._note(error, place)
            if isinstance(error, Interrupted):
                self.interrupted.append(place)
        else:
            self._flags |= code.co_flags & _FUTURE_FLAGS

    def _evaluate(self, code: types.CodeType, *, awaits: bool) -> None:
        """Run a statement's code; where its block awaits, in the program's loop."""
        if not awaits:
            eval(code, self._names)
            return
        if self._loop is None:
            self._loop = asyncio.Runner()
        self._loop.run(_awaited(code, self._names))


async def _awaited(code: types.CodeType, names: dict[str, object]) -> None:
    running = eval(code, names)
    if inspect.iscoroutine(running):
        await running


def _awaits(node: ast.AST) -> bool:
    """Return whether a statement awaits something outside of functions."""
    if isinstance(node, _AWAITS):
        return True
    inside = () if isinstance(node, _SCOPES) else ast.iter_child_nodes(node)
    return any(map(_awaits, inside))


def failure(error: BaseException, at: Place | None = None) -> dict[str, object]:
    """Return what can be told of an exception: type, message, the student's line.

    `offset` is where in that line a syntax error is, from 1; 0 where nothing is known.
    It happened where it was raised, if no other place is given.
    """
    message, place = _message(error), at or _place(error)
    lacks.behind(error, message, place)
    unwritten = type(error) is NotImplementedError and (
        message.endswith(": not written yet") or is_hole(place)
    )
    return {
        "type": type(error).__name__,
        "kinds": [kind.__name__ for kind in type(error).__mro__[:KINDS_CAP]],
        "message": message,
        **_shown(place, _column(error)),
        "hole": unwritten,
        "memory": _out_of_memory(error, message),
    }


def refusal(error: NotHereError | WireError) -> dict[str, object]:
    """Return the reply in place of one that cannot cross."""
    if isinstance(error, NotHereError):
        return {"raised": failure(error.error, error.place)}
    return {"too_large": str(error)}


def unwritten_at(place: Place) -> dict[str, object]:
    """Return the failure of a function that is not written and raises nothing."""
    return {**failure(NotImplementedError()), **_shown(place), "hole": True}


def _shown(place: Place, column: int = 0) -> dict[str, object]:
    """Return a place, its line as it is shown, and a column of that."""
    line = place.text.rstrip()
    indent = len(line) - len(line.lstrip())
    text = line.strip()[:SOURCE_LINE_CAP]
    # Of a wrong indent the place is in front of the text.
    shown = max(column - indent, 1) if column else 0
    offset = shown if shown <= len(text) + 1 else 0
    return {"label": place.label, "line": place.line, "text": text, "offset": offset}


def _column(error: BaseException) -> int:
    column = error.offset if isinstance(error, SyntaxError) else None
    return column or 0


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)[:MESSAGE_CAP]
    try:
        text = str(error)[:MESSAGE_CAP]
    except BaseException:
        return ""
    if isinstance(error, NameError) and starred:
        return f"{text} (is it from {starred[-1]}? That is not here)"
    refused = why_refused(error, text)
    return f"{refused}: {text}" if refused else text


def _place(error: BaseException) -> Place:
    """Return where it happened: the innermost place, or the loop that never ended."""
    if isinstance(error, SyntaxError) and is_own(str(error.filename)):
        return Place(str(error.filename), int(error.lineno or 0))
    places = own_frames(error.__traceback__)
    if isinstance(error, Interrupted):
        return loop_of(places)
    return places[-1] if places else Place()


def _out_of_memory(error: BaseException, message: str) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in message
    )
