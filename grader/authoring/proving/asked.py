"""What of the student's program a check asks for, also by its helpers and fixtures.

A check is *about* what it names itself. A mistake in what its helpers need costs points
there as well, and nobody is to blame for that.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def asked_in(files: Iterable[Path]) -> dict[str, set[str]]:
    """Return by the name of each function in files of checks what it asks for.

    Where the author says what a check is about, that holds, and there is nothing here.
    """
    found: dict[str, set[str]] = {}
    for path in files:
        tree = ast.parse(path.read_bytes())
        nodes = {n.name: n for n in ast.walk(tree) if isinstance(n, _FunctionNode)}
        found |= {
            name: set() if _says(node) else _asked(name, nodes, set())
            for name, node in nodes.items()
        }
    return found


def _says(node: _FunctionNode) -> bool:
    """Return whether a check is marked with what it is about."""
    marks = [ast.unparse(mark).partition("(")[0] for mark in node.decorator_list]
    return any(mark.rpartition(".")[2] == "about" for mark in marks)


def _asked(name: str, nodes: dict[str, _FunctionNode], seen: set[str]) -> set[str]:
    seen.add(name)
    inside = [*ast.walk(nodes[name])]
    used = {node.id for node in inside if isinstance(node, ast.Name)}
    # A fixture is asked for by the name of an argument.
    used |= {node.arg for node in inside if isinstance(node, ast.arg)}
    asked = {
        node.attr
        for node in inside
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "student"
    }
    for helper in (used & nodes.keys()) - seen:
        asked |= _asked(helper, nodes, seen)
    return asked
