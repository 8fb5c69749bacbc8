"""What a solution defines, and which of its definitions use which."""

from __future__ import annotations

import ast
import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

DefinitionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_SCOPES = (*DefinitionNode.__args__, ast.Lambda)
# The search for reasons asks this of one solution for every program.
_PROGRAMS_KEPT: Final = 64


def defined_in(tree: ast.Module) -> dict[str, DefinitionNode]:
    """Return the functions and classes at top level, by name."""
    return {node.name: node for node in tree.body if isinstance(node, DefinitionNode)}


def variables_in(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """Return the variables at top level, each with the statements that give it values.

    In a notebook without functions, they are what students define.
    """
    found: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        for name in dict.fromkeys(_stored(node)):
            found.setdefault(name, []).append(node)
    return {
        name: nodes for name, nodes in found.items() if name not in defined_in(tree)
    }


@functools.lru_cache(_PROGRAMS_KEPT)
def used_by(solution: str) -> Mapping[str, AbstractSet[str]]:
    """Return for each definition or variable all that it uses, itself included.

    A class's methods and what they use count as the class's.
    """
    tree = ast.parse(solution)
    defined, variables = defined_in(tree), variables_in(tree)
    nodes: dict[str, list[ast.stmt]] = {**variables}
    nodes |= {name: [node] for name, node in defined.items()}
    uses: Mapping[str, AbstractSet[str]] = {
        name: {name} | _used(own, set(defined), set(variables))
        for name, own in nodes.items()
    }
    for _ in nodes:
        uses = {
            n: frozenset().union(*(uses[u] for u in used)) for n, used in uses.items()
        }
    return MappingProxyType(uses)


def users_of(name: str, uses: Mapping[str, AbstractSet[str]]) -> set[str]:
    """Return the definitions and variables that use a name, itself among them."""
    return {user for user, used in uses.items() if name in used}


def _used(nodes: Iterable[ast.AST], defined: set[str], variables: set[str]) -> set[str]:
    """Return the definitions and variables that some code speaks of.

    A function's own variable is none of the program's that has the same name.
    """
    found: set[str] = set()
    for node in nodes:
        found |= _names(node) & defined
        found |= (_names(node) - set(_own(node))) & variables
    return found


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _own(node: ast.AST) -> Iterator[str]:
    """Yield the names that the functions in some code give values to."""
    for scope in ast.walk(node):
        if isinstance(scope, _SCOPES):
            for inner in ast.walk(scope):
                if isinstance(inner, ast.arg):
                    yield inner.arg
                elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    yield inner.id


def _stored(node: ast.AST) -> Iterator[str]:
    """Yield the names to which a statement gives values outside of functions."""
    if isinstance(node, (*_SCOPES, ast.comprehension)):
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    for inner in ast.iter_child_nodes(node):
        yield from _stored(inner)
