"""Whether the student's code uses something by name: read from its text, not run."""

from __future__ import annotations

import ast
import functools
import re
from typing import TYPE_CHECKING, Final

from grader.course.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Iterator

# The search for reasons asks the same for every program and check.
_ANSWERS_KEPT: Final = 256
_PROGRAMS_KEPT: Final = 8
PARSED_CAP: Final = 100_000
"""Of a longer program nothing is parsed whole: to parse a megabyte takes 10 s."""
# A longer statement is a table of data; that of `a.b.c.d` goes no deeper.
_STATEMENT_CAP: Final = 10_000
_DEEPEST: Final = 50
_BETWEEN: Final = re.compile(r"\n(?=[^\s)\]}#])")


@functools.lru_cache(_ANSWERS_KEPT)
def uses(source: str, name: str, wanted: str) -> bool:
    """Return whether a function, or what it uses of the same program, uses a name.

    Args:
        source: the program.
        name: the function's or the class's.
        wanted: the full name of what is looked for, as "torch.nn.functional.relu", or
            an attribute of whatever it is, as ".backward".
    """
    try:
        known, used = _read(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    whole = used.of(name)
    own = [node for each, node in used.defined.items() if each in whole]
    found = {full for node in own for full in _named(node, known)}
    if wanted.startswith("."):
        return any(full.endswith(wanted) for full in found)
    return wanted in found


@functools.lru_cache(_PROGRAMS_KEPT)
def _read(source: str) -> tuple[dict[str, str], Uses]:
    """Return what a program's imported names stand for, and what uses what in it."""
    tree = ast.parse(_without_tables(source))
    return _imported(tree), Uses(tree)


def _without_tables(source: str) -> str:
    """Return a program that can be parsed soon: of a long one only short statements.

    Nothing is left of one that is long without them.
    """
    if len(source) <= PARSED_CAP:
        return source
    short = [one for one in _BETWEEN.split(source) if len(one) <= _STATEMENT_CAP]
    return "\n".join(short) if sum(map(len, short)) <= PARSED_CAP else ""


def _imported(tree: ast.AST) -> dict[str, str]:
    """Return what the imported names stand for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    first = alias.name.split(".")[0]
                    names[alias.asname or first] = alias.name if alias.asname else first
            case ast.ImportFrom(module=str() as module, names=aliases):
                for alias in aliases:
                    names[alias.asname or alias.name] = f"{module}.{alias.name}"
    return names


def _named(tree: ast.AST, known: dict[str, str]) -> Iterator[str]:
    """Yield the full names of what a definition uses."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            first, *rest = _chain(node)
            yield ".".join([known.get(first, first), *rest])


def _chain(node: ast.expr) -> list[str]:
    """Return the names of `a.b.c`; an empty one comes first if it is not a name."""
    names: list[str] = []
    while isinstance(node, ast.Attribute) and len(names) < _DEEPEST:
        names.append(node.attr)
        node = node.value
    names.append(node.id if isinstance(node, ast.Name) else "")
    return names[::-1]
