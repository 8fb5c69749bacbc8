"""What a solution defines, and which of its definitions use which."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def defined_in(tree: ast.Module) -> dict[str, Definition]:
    """Return the functions and classes at top level, by name."""
    return {node.name: node for node in tree.body if isinstance(node, Definition)}


def used_by(solution: str) -> dict[str, set[str]]:
    """Return for each definition all definitions that it uses, itself included.

    A class's methods and what they use count as the class's.
    """
    defined = defined_in(ast.parse(solution))
    uses = {
        name: {name} | (_names(node) & set(defined)) for name, node in defined.items()
    }
    for _ in defined:
        uses = {n: set().union(*(uses[u] for u in used)) for n, used in uses.items()}
    return uses


def users_of(name: str, uses: Mapping[str, set[str]]) -> set[str]:
    """Return the definitions that use a name, itself among them."""
    return {user for user, used in uses.items() if name in used}


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
