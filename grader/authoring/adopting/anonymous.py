"""A student's function as anybody's: no comments, no texts about it, no own names.

What the function uses of the program comes with it, where the solution has nothing of
that name; all else is the solution's, so that only this function is wrong.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import re
from typing import TYPE_CHECKING

from grader.course.uses import DefinitionNode, defined_in, variables_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.model import Program

_MAGIC = re.compile(r"^([^\S\n]*)[%!?].*$", re.MULTILINE)
_WORD = re.compile(r"\w{3,}")
_TAKEN_OUT = "…"
# Who calls one of these may ask for a name by its text.
_BY_TEXT = {"eval", "exec", "globals", "locals", "vars"}
_BUILT_IN = set(dir(builtins))


def read(program: Program) -> ast.Module:
    """Return what a program says, cell by cell; a cell that does not parse is left out.

    Lines for IPython are left out as well, and statements that Python does not write
    out: those with a number of some thousand digits, or hundreds of `elif`.
    """
    body: list[ast.stmt] = []
    for block in program.blocks:
        try:
            body += ast.parse(_MAGIC.sub(r"\1pass", block.source)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return ast.Module(list(filter(_can_be_written, body)), type_ignores=[])


def _can_be_written(node: ast.stmt) -> bool:
    try:
        ast.unparse(node)
    except (ValueError, RecursionError):
        return False
    return True


def anonymous(tree: ast.Module, about: str, solution: ast.Module, author: str) -> str:
    """Return the source of one definition, and of what it uses, as nobody's own.

    Args:
        tree: the student's program, as `read` returns it.
        about: the function or class.
        solution: what the rest of the variant will be; its names stay.
        author: the student's names; texts that hold one are taken out.
    """
    words = {word.casefold() for word in _WORD.findall(author)}
    kept = _plain(_needed(tree, about, solution), words)
    _rename(kept, {about, *_names(solution)})
    return ast.unparse(kept) + "\n"


def canonical(node: DefinitionNode) -> str:
    """Return a text that is equal for definitions that differ in names alone."""
    plain = _plain([node], set())
    _rename(plain, {node.name}, "?")  # no program has such a name
    return ast.unparse(plain)


def _plain(body: list[ast.stmt], words: set[str]) -> ast.Module:
    """Return a copy of some statements without what `_Textless` takes out."""
    copy = ast.parse(ast.unparse(_module(body)))
    _Textless(words).visit(copy)
    return ast.fix_missing_locations(copy)


def _module(body: list[ast.stmt]) -> ast.Module:
    return ast.Module(body, type_ignores=[])


def _needed(tree: ast.Module, about: str, solution: ast.Module) -> list[ast.stmt]:
    """Return what a definition uses and the solution has not, and the definition."""
    given = {*defined_in(solution), *variables_in(solution), *_imported(solution)}
    makers = _makers(tree)
    wanted, todo = {about}, [about]
    while todo:
        for node in makers.get(todo.pop(), ()):
            new = (_names(node) & set(makers)) - given - wanted
            wanted |= new
            todo += new
    chosen = {id(node) for name in wanted for node in makers.get(name, ())}
    return [node for node in tree.body if id(node) in chosen]


def _makers(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """Return the statements that give each name of a program its value.

    Of several definitions the last one counts.
    """
    found: dict[str, list[ast.stmt]] = {**variables_in(tree)}
    found |= {name: [node] for name, node in defined_in(tree).items()}
    for node in tree.body:
        for name in _imported(_module([node])):
            found.setdefault(name, []).append(node)
    return found


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name.partition(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def _names(node: ast.AST) -> set[str]:
    """Return all words of a piece of source that may stand for something."""
    found = set()
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(inner.name)
    return found


class _Textless(ast.NodeTransformer):
    """Takes out texts that stand alone, and texts that tell who wrote them."""

    def __init__(self, words: set[str]) -> None:
        self._words = words

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a node without its texts."""
        node = super().generic_visit(node)
        for field in ("body", "orelse", "finalbody"):
            lines = getattr(node, field, None)
            if isinstance(lines, list):
                left = [line for line in lines if not _is_text(line)]
                empty: list[ast.stmt] = [ast.Pass()] if lines and not left else []
                setattr(node, field, left or empty)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            told = {word.casefold() for word in _WORD.findall(node.value)}
            if told & self._words:
                return ast.Constant(_TAKEN_OUT)
        return node


def _is_text(line: object) -> bool:
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )


def _rename(tree: ast.Module, stay: set[str], prefix: str = "v") -> None:
    """Number what a program gives names to, but for those that stay.

    A name is changed wherever it stands, so that no scope has to be known.
    """
    if _names(tree) & _BY_TEXT:
        return
    stay = stay | _BUILT_IN | _imported_anywhere(tree) | _members(tree)
    stay |= {
        inner.arg
        for inner in ast.walk(tree)
        if isinstance(inner, ast.keyword) and inner.arg
    }
    taken = _names(tree) | stay
    numbered = (f"{prefix}{number}" for number in itertools.count(1))
    fresh = (name for name in numbered if name not in taken)
    new: dict[str, str] = {}
    for name in _bound(tree):
        if name not in stay and name not in new:
            new[name] = next(fresh)
    for node in ast.walk(tree):
        for field in ("id", "arg", "name"):
            old = getattr(node, field, None)
            if isinstance(old, str) and not isinstance(node, ast.keyword | ast.alias):
                setattr(node, field, new.get(old, old))
        if isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [new.get(name, name) for name in node.names]


def _bound(tree: ast.Module) -> Iterator[str]:
    """Yield what a piece of source gives names to, in the order in which it does."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.ExceptHandler(name=str(name)):
                yield name
        todo += reversed(list(ast.iter_child_nodes(node)))


def _members(tree: ast.Module) -> set[str]:
    """Return the names of classes' own members: they are asked for as attributes."""
    classes = (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    found: set[str] = set()
    for node in classes:
        inner = _module(node.body)
        found |= {*defined_in(inner), *variables_in(inner)}
    return found


def _imported_anywhere(tree: ast.Module) -> set[str]:
    nodes: Iterable[ast.stmt] = (
        node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
    )
    return _imported(_module(list(nodes)))
