"""Whether the student's code uses something by name: read from its text, not run."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING, Final

from grader.course.uses import defined_in, used_by

if TYPE_CHECKING:
    from collections.abc import Iterator

# The search for reasons asks the same for every program and check.
_ANSWERS_KEPT: Final = 256


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
        tree, used = ast.parse(source), used_by(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    known = _imported(tree)
    own = [
        node for each, node in defined_in(tree).items() if each in used.get(name, ())
    ]
    found = {full for node in own for full in _named(node, known)}
    if wanted.startswith("."):
        return any(full.endswith(wanted) for full in found)
    return wanted in found


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
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            return [*_chain(value), name]
    return [""]
