"""Whether a check had asked everything already when its assert did not hold.

Then it need not run once more for the diagnosis: it would see the same. That is so if
the assert stands alone, in no loop, and those behind it compare what is there by then.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import types
    from collections.abc import Callable

_BESIDE = (ast.Name, ast.Constant, ast.expr_context, ast.cmpop, ast.keyword)
_SIDES = "close_to"


def had_asked_all(check: Callable[..., object], end: BaseException | None) -> bool:
    """Return whether a check would ask nothing more if all comparisons held.

    Args:
        check: its function.
        end: what it raised.
    """
    line = _last_line(check.__code__, end)
    body = _body(check.__code__.co_filename, check.__code__.co_firstlineno)
    for at, statement in enumerate(body):
        if statement.lineno <= line <= (statement.end_lineno or 0):
            return _compares(statement) and all(map(_only_compares, body[at + 1 :]))
    return False


def _last_line(code: types.CodeType, end: BaseException | None) -> int:
    """Return the line at which a function was left by an exception; 0 if it was not."""
    traceback = None if end is None else end.__traceback__
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code is code:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


@functools.lru_cache(maxsize=512)
def _body(filename: str, first_line: int) -> tuple[ast.stmt, ...]:
    """Return the statements of a function; none where it is not found."""
    for node in ast.walk(_tree(filename)):
        if isinstance(node, ast.FunctionDef):
            lines = [node.lineno, *(each.lineno for each in node.decorator_list)]
            if min(lines) == first_line:
                return tuple(node.body)
    return ()


@functools.lru_cache(maxsize=32)
def _tree(filename: str) -> ast.Module:
    try:
        return ast.parse(Path(filename).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def _compares(statement: ast.stmt) -> bool:
    """Return whether a statement asserts one comparison, and that comes last in it."""
    match statement:
        case ast.Assert(test=ast.Compare(ops=[_]) as test):
            parts = (ast.Compare, ast.comprehension)
            return sum(isinstance(node, parts) for node in ast.walk(test)) == 1
    return False


def _only_compares(statement: ast.stmt) -> bool:
    """Return whether a statement compares names and constants, and asks nothing."""
    return _compares(statement) and all(
        isinstance(node, (ast.Assert, ast.Compare, *_BESIDE)) or _is_side(node)
        for node in ast.walk(statement)
    )


def _is_side(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name == _SIDES
    return False
