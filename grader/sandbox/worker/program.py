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
from grader.sandbox.worker.album import album
from grader.sandbox.worker.clock import Interrupted
from grader.sandbox.worker.failures import failure, placed
from grader.sandbox.worker.looking import (
    deep,
    first_line,
    is_a,
    outside_of_scopes,
    usual_depth,
)
from grader.sandbox.worker.magics import SHELL
from grader.sandbox.worker.places import Place, calling, remember
from grader.sandbox.worker.shell import Shell, display
from grader.sandbox.worker.statements import Piece, split

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from contextlib import AbstractContextManager

_MAIN: Final = "__main__"

modules: Final[dict[str, types.ModuleType]] = {}
"""The files of the latest program that has several, by the names of the modules."""

_FUTURE_FLAGS: int = 0
for _name in __future__.all_feature_names:
    _FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag
_AWAITS: Final = (ast.Await, ast.AsyncFor, ast.AsyncWith)


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
                # What cannot be looked at is left as it is.
                with contextlib.suppress(BaseException):
                    self._after(piece.node, label)

    def _unread(self, piece: Piece, label: str) -> None:
        """Note a piece that is not Python; a syntax error knows its line better."""
        if piece.error is not None:
            self._note(piece.error, Place(label, piece.line))

    def _note(self, error: BaseException, place: Place) -> None:
        """Note an error where it says it is, or else at a statement's place."""
        told = failure(error, within=self._budget)
        self.failures.append(placed(told, place))

    def _skips(self, node: ast.stmt, label: str) -> bool:
        lines = range(first_line(node), (node.end_lineno or node.lineno) + 1)
        return any(p.label == label and p.line in lines for p in self._skipped)

    def _run_one(self, node: ast.stmt, label: str, *, awaits: bool) -> None:
        """Run one statement; note what it raises."""
        flags = self._flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        piece = ast.Module(body=[node], type_ignores=[])
        try:
            with deep():
                code = compile(piece, label, "exec", flags, dont_inherit=True)
            with self._budget:
                self._evaluate(code, awaits=awaits)
        except BaseException as error:
            place = Place(label, first_line(node))
            self._note(error, place)
            if is_a(error, Interrupted):
                self.interrupted.append(place)
        else:
            self._flags |= code.co_flags & _FUTURE_FLAGS

    @usual_depth()
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
    return any(isinstance(each, _AWAITS) for each in outside_of_scopes(node))
