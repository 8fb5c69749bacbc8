"""Looks at a program's trees and code, however deep they are and whatever is in them.

Python writes out no whole number of some thousand digits and goes no deeper than some
thousand calls, and a right program may hold such a number, or hundreds of `elif`.
"""

from __future__ import annotations

import ast
import contextlib
import dis
import sys
from typing import TYPE_CHECKING, Final, TypeGuard, TypeVar

if TYPE_CHECKING:
    import types
    from collections.abc import Iterable, Iterator, Sequence

_Kind = TypeVar("_Kind")

SCOPES: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
"""What has names of its own."""

_MRO: Final = type.__dict__["__mro__"]
_MODULE: Final = type.__dict__["__module__"]
# A tree takes three levels of calls where the text that it is of took one.
_DEPTH: Final = 4000
_USUAL: Final = 1000


@contextlib.contextmanager
def deep() -> Iterator[None]:
    """Let Python make code of a tree that is as deep as a text of code may be."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextlib.contextmanager
def usual_depth() -> Iterator[None]:
    """Let what comes afterwards go as deep as usual, whatever a program has set."""
    try:
        yield
    finally:
        if sys.getrecursionlimit() < _USUAL:
            sys.setrecursionlimit(_USUAL)


def outside_of_scopes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is in it, but nothing inside of functions and classes."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if not isinstance(each, SCOPES):
            waiting += _inside(each)


def in_line(nodes: Iterable[ast.AST], line: int) -> Iterator[ast.AST]:
    """Yield the nodes that a line lies in, from the outside in."""
    waiting = list(nodes)[::-1]
    while waiting:
        each = waiting.pop()
        last = getattr(each, "end_lineno", None)
        if last is None or first_line(each) <= line <= last:
            yield each
            waiting += _inside(each)


def _inside(node: ast.AST) -> list[ast.AST]:
    """Return what is right inside of a node, the last first."""
    found: list[ast.AST] = []
    for name in reversed(node._fields):
        value = getattr(node, name, None)
        if type(value) is list:
            found += [each for each in reversed(value) if isinstance(each, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def first_line(node: ast.AST) -> int:
    """Return the line that a node begins in, with the decorators of a definition."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    own: int = getattr(node, "lineno", 1)
    return min([own, *(each.lineno for each in decorators)])


def form_of(statements: Sequence[ast.stmt]) -> str:
    """Return a text that is the same for statements that do the same, as `ast.dump`."""
    parts: list[str] = []
    waiting: list[object] = [statements]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.AST):
            parts.append(type(each).__name__)
            waiting += [getattr(each, name, None) for name in reversed(each._fields)]
        elif isinstance(each, list):
            parts.append(f"[{len(each)}")
            waiting += reversed(each)
        else:
            parts.append(hex(each) if type(each) is int else repr(each))
    return "\n".join(parts)


def steps_of(code: types.CodeType) -> Iterator[dis.Instruction]:
    """Return the instructions of code, with None for each of its constants."""
    # `dis` writes out the constants.
    plain = code.replace(co_consts=(None,) * len(code.co_consts))
    return dis.get_instructions(plain)


def last_name(node: ast.expr | None) -> str:
    """Return the last name of `a.b.c`; "" of what is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_a(value: object, *kinds: type[_Kind]) -> TypeGuard[_Kind]:
    """Return whether a value is of one of some classes, whatever it says of itself."""
    return any(kind in _MRO.__get__(type(value)) for kind in kinds)


def module_of(kind: type) -> object:
    """Return the module of a class, whatever its metaclass says."""
    return _MODULE.__get__(kind)
