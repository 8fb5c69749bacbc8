"""What a solution defines, and which of its definitions use which."""

from __future__ import annotations

import ast
import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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
    defined = defined_in(tree)
    return {name: nodes for name, nodes in found.items() if name not in defined}


class Uses:
    """What a program's definitions and variables use of one another.

    Each statement is gone through once, however many of them use it.

    Args:
        tree: the program.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.defined = defined_in(tree)
        self._variables = variables_in(tree)
        self._spoken: dict[ast.stmt, set[str]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter((*self._variables, *self.defined))

    def of(self, name: str) -> frozenset[str]:
        """Return all that a definition or a variable uses, itself included."""
        found, pending = {name}, [name]
        gone_through: set[ast.stmt] = set()
        while pending:
            for node in self._statements(pending.pop()):
                if node not in gone_through:
                    gone_through.add(node)
                    new = self._spoken_of(node) - found
                    found |= new
                    pending += new
        return frozenset(found)

    def _statements(self, name: str) -> Sequence[ast.stmt]:
        own = self.defined.get(name)
        return self._variables.get(name, ()) if own is None else (own,)

    def _spoken_of(self, node: ast.stmt) -> set[str]:
        """Return the definitions and variables that a statement speaks of.

        A function's own variable is none of the program's that has the same name.
        """
        if node not in self._spoken:
            names = _names(node)
            others = names - set(_own(node))
            self._spoken[node] = {n for n in names if n in self.defined} | {
                n for n in others if n in self._variables
            }
        return self._spoken[node]


@functools.lru_cache(_PROGRAMS_KEPT)
def used_by(solution: str) -> Mapping[str, AbstractSet[str]]:
    """Return for each definition or variable all that it uses, itself included.

    A class's methods and what they use count as the class's.
    """
    uses = Uses(ast.parse(solution))
    return MappingProxyType({name: uses.of(name) for name in uses})


def users_of(name: str, uses: Mapping[str, AbstractSet[str]]) -> set[str]:
    """Return the definitions and variables that use a name, itself among them."""
    return {user for user, used in uses.items() if name in used}


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _own(node: ast.AST) -> Iterator[str]:
    """Yield the names that the functions in some code give values to."""
    pending = [node]
    while pending:
        outer = pending.pop()
        if not isinstance(outer, _SCOPES):
            pending += ast.iter_child_nodes(outer)
            continue
        for inner in ast.walk(outer):
            if isinstance(inner, ast.arg):
                yield inner.arg
            elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id


def _stored(node: ast.AST) -> Iterator[str]:
    """Yield the names to which a statement gives values outside of functions."""
    pending = [node]
    while pending:
        inner = pending.pop()
        if isinstance(inner, (*_SCOPES, ast.comprehension)):
            continue
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id
        pending += reversed([*ast.iter_child_nodes(inner)])
