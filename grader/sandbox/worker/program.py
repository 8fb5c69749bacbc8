"""Runs a student's blocks in the worker; one that raises does not stop the next.

Only the worker uses this. A script is split into its statements; a notebook's cell runs
as a whole.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import inspect
import linecache
import sys
import types
from typing import TYPE_CHECKING

from grader.sandbox.worker.magics import CellNotRun, Shell, display, python_of

if TYPE_CHECKING:
    from collections.abc import Callable

_FUTURE_FLAGS: int = 0
for _name in __future__.all_feature_names:
    _FUTURE_FLAGS |= getattr(__future__, _name).compiler_flag
# Why a block may fail to compile.
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, CellNotRun)
SOURCE_LINE_CAP = 200
MESSAGE_CAP = 500


def new_module(filename: str) -> types.ModuleType:
    """Return an empty `__main__`, with what a notebook offers without an import."""
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    module.__dict__["__file__"] = filename
    module.__dict__["display"] = display
    module.__dict__["get_ipython"] = Shell
    sys.modules["__main__"] = module
    sys.argv = [filename]
    return module


def run_blocks(
    kind: str,
    blocks: list[tuple[str, str]],
    module: types.ModuleType,
    before: Callable[[], None] = lambda: None,
) -> list[dict[str, object]]:
    """Run the blocks in order and return what went wrong, one entry per failure.

    Args:
        kind: "script" or "notebook".
        blocks: label and source of each.
        module: where their names live.
        before: called before each piece that runs by itself: a statement, a cell.
    """
    failures: list[dict[str, object]] = []
    flags = 0
    # What a notebook allows beyond a script: `await` at top level.
    extra = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if kind == "notebook" else 0
    for label, text in blocks:
        try:
            source = python_of(text) if kind == "notebook" else text
            _remember(label, source)
            mode = flags | extra | ast.PyCF_ONLY_AST
            tree = compile(source, label, "exec", mode, True)
        except _UNREADABLE as error:
            _remember(label, text)
            failures.append({**failure(error), **_at_least(error, label)})
            continue
        for piece in _pieces(tree, split=kind == "script"):
            before()
            flags = _run(piece, label, flags | extra, module, failures)
    return failures


def _remember(label: str, source: str) -> None:
    """Let tracebacks and `inspect.getsource` find a block's lines."""
    linecache.cache[label] = (len(source), None, source.splitlines(True), label)


def _at_least(error: BaseException, label: str) -> dict[str, object]:
    """Return where an unreadable block lies: a syntax error knows its own line."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    return {"label": label, "line": line or 1}


def _pieces(tree: ast.Module, *, split: bool) -> list[ast.Module]:
    if not split:
        return [tree]
    return [ast.Module(body=[node], type_ignores=[]) for node in tree.body]


def _run(
    piece: ast.Module,
    label: str,
    flags: int,
    module: types.ModuleType,
    failures: list[dict[str, object]],
) -> int:
    """Run one piece; return the `__future__` flags that hold from here on."""
    try:
        code = compile(piece, label, "exec", flags, True)
        running = eval(code, module.__dict__)
        if inspect.iscoroutine(running):
            asyncio.run(running)
    except BaseException as error:
        failures.append(failure(error))
        return flags
    kept: int = code.co_flags & _FUTURE_FLAGS
    return flags | kept


def failure(error: BaseException) -> dict[str, object]:
    """Return what can be told of an exception: type, message, the student's line."""
    label, line = _place(error)
    return {
        "type": type(error).__name__,
        "message": _message(error),
        "label": label,
        "line": line,
        "text": linecache.getline(label, line).strip()[:SOURCE_LINE_CAP]
        if label
        else "",
        "hole": type(error) is NotImplementedError
        and _message(error).endswith(": not written yet"),
        "memory": _out_of_memory(error),
    }


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return str(error.msg)[:MESSAGE_CAP]
    try:
        return str(error)[:MESSAGE_CAP]
    except BaseException:
        return ""


def _place(error: BaseException) -> tuple[str, int]:
    """Return label and line of the innermost frame that is the student's own."""
    if isinstance(error, SyntaxError) and error.filename in linecache.cache:
        return str(error.filename), int(error.lineno or 0)
    place = ("", 0)
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        entry = linecache.cache.get(name)
        # Only a student's source was put there without a modification time.
        if entry is not None and len(entry) > 1 and entry[1] is None:
            place = (name, trace.tb_lineno)
        trace = trace.tb_next
    return place


def _out_of_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "can't allocate memory" in _message(error)
    )
